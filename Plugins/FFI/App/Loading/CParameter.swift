import FFIManifest

/// A parameter, ready to be filled in.
struct CParameter {
    let manifest: ManifestParameter
    let passing: Passing
    let capacity: CAmount?
    /// Frees what the function has made.
    let free: Helper?
    /// The least and the greatest integer allowed.
    let least: Int64
    let greatest: UInt64
    /// Whether a number has more rules than its type.
    var hasRules: Bool { manifest.range != nil || !manifest.forbidden.isEmpty }

    /// How a parameter gets to the function, and back.
    enum Passing {
        /// A word that is always the same, and in its slot already.
        case constant
        /// A number or truth value.
        case scalar(Scalar.Form)
        /// A pointer to one.
        case scalarPointer(Scalar.Form, goesIn: Bool)
        /// The length of another parameter.
        case length(Scalar.Form, of: Int)
        /// A pointer to it.
        case lengthPointer(Scalar.Form, of: Int, goesIn: Bool)
        /// Text.
        case text
        /// Bytes.
        case bytes
        /// Room for bytes or text.
        case buffer(isText: Bool)
        /// Bytes that the function changes.
        case changedBytes
        /// A pointer that the function points at bytes or text of its own.
        case made(isText: Bool)
        /// Elements in a row.
        case array(ArrayElement, goesIn: Bool, comesOut: Bool)
        /// A struct by value.
        case structure(StructLayout)
        /// A pointer to a struct.
        case reference(StructLayout, goesIn: Bool, comesOut: Bool)
        /// A handle that is given.
        case handle(HandleKind)
        /// A pointer that the function points at something of its own.
        case newHandle(HandleKind)
        /// A function that collects what it is called with.
        case callback(Collector)
    }

    /// What an array holds.
    enum ArrayElement {
        case scalar(Scalar.Form)
        case structure(StructLayout)
        case text

        /// Bytes from one to the next.
        var stride: Int {
            switch self {
            case .scalar(let form): form.byteCount
            case .structure(let layout): layout.byteCount
            case .text: 8
            }
        }
    }
}
