/// The type of a parameter or a result, as a manifest writes it.
public enum ManifestType: Hashable, Sendable {
    /// A number or truth value.
    case scalar(Scalar)
    /// `cstr`: text that ends with a NUL.
    case text
    /// `bytes`: a buffer.
    case bytes
    /// `array:T`: numbers, structs or texts in a row.
    case array(Element)
    /// `struct:NAME`: a struct by value.
    case structure(String)
    /// `ref:NAME`: a pointer to a struct.
    case reference(String)
    /// `handle:NAME`: an opaque pointer, kept here and known to callers by a token.
    case handle(String)
    /// `callback:NAME`: a function that the library calls back.
    case callback(String)
    /// `null`: always a null pointer.
    case null
    /// `void`: no result.
    case void

    /// What an array holds.
    public enum Element: Hashable, Sendable {
        /// Numbers or truth values.
        case scalar(Scalar)
        /// Structs by value.
        case structure(String)
        /// Pointers to texts.
        case text
    }

    /// The type as it is written.
    public var text: String {
        switch self {
        case .scalar(let scalar): scalar.rawValue
        case .text: "cstr"
        case .bytes: "bytes"
        case .array(.scalar(let scalar)): "array:\(scalar.rawValue)"
        case .array(.structure(let name)): "array:struct:\(name)"
        case .array(.text): "array:cstr"
        case .structure(let name): "struct:\(name)"
        case .reference(let name): "ref:\(name)"
        case .handle(let name): "handle:\(name)"
        case .callback(let name): "callback:\(name)"
        case .null: "null"
        case .void: "void"
        }
    }

    /// The type written as `text`; nil if there is none.
    public init?(_ text: String) {
        if let scalar = Scalar(rawValue: text) {
            self = .scalar(scalar)
            return
        }
        switch text {
        case "cstr": self = .text
        case "bytes": self = .bytes
        case "null": self = .null
        case "void": self = .void
        default:
            guard let colon = text.firstIndex(of: ":") else { return nil }
            let name = String(text[text.index(after: colon)...])
            guard !name.isEmpty else { return nil }
            switch text[..<colon] {
            case "struct": self = .structure(name)
            case "ref": self = .reference(name)
            case "handle": self = .handle(name)
            case "callback": self = .callback(name)
            case "array":
                switch ManifestType(name) {
                case .scalar(let scalar): self = .array(.scalar(scalar))
                case .structure(let name): self = .array(.structure(name))
                case .text: self = .array(.text)
                case .bytes, .array, .reference, .handle, .callback, .null, .void, nil: return nil
                }
            default: return nil
            }
        }
    }

    /// Whether values have a length that another parameter can carry.
    public var hasLength: Bool {
        switch self {
        case .text, .bytes, .array: true
        case .scalar, .structure, .reference, .handle, .callback, .null, .void: false
        }
    }

    /// Whether C passes a pointer.
    public var isPointer: Bool {
        switch self {
        case .text, .bytes, .array, .reference, .handle, .callback, .null: true
        case .scalar, .structure, .void: false
        }
    }
}
