/// A JSON value as a tree, for our own small messages: control link, errors, status, management.
///
/// Never for arguments or results, which travel as bytes. Parsing and writing an integer or a finite double gives the
/// same number back, and objects keep the order of their members.
public enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// A number written without fraction and exponent.
    case int(Int64)
    /// The same, above what ``int(_:)`` holds; smaller ones are always ``int(_:)``.
    case uint(UInt64)
    /// Any other number. One that is not finite is written as `null`, as JSON has no form for it.
    case double(Double)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

extension JSONValue {
    /// An integer, as ``int(_:)`` if it fits and ``uint(_:)`` if not.
    public init(_ integer: UInt64) {
        self = Int64(exactly: integer).map { .int($0) } ?? .uint(integer)
    }

    /// An integer.
    public init(_ integer: Int) {
        self = .int(Int64(integer))
    }

    /// Which of JSON's kinds it is.
    public var kind: JSONKind {
        switch self {
        case .null: .null
        case .bool: .bool
        case .int, .uint, .double: .number
        case .string: .string
        case .array: .array
        case .object: .object
        }
    }

    /// The text; nil if this is not a string.
    public var stringValue: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The integer; nil if this is not one, or is beyond Int64.
    public var intValue: Int? {
        if case .int(let integer) = self { Int(integer) } else { nil }
    }

    /// The integer; nil if this is not one, or is negative.
    public var uintValue: UInt64? {
        switch self {
        case .int(let integer): UInt64(exactly: integer)
        case .uint(let integer): integer
        case .null, .bool, .double, .string, .array, .object: nil
        }
    }

    /// The number, rounded to a double if it must be; nil if this is not a number.
    public var doubleValue: Double? {
        switch self {
        case .int(let integer): Double(integer)
        case .uint(let integer): Double(integer)
        case .double(let number): number
        case .null, .bool, .string, .array, .object: nil
        }
    }

    /// The boolean; nil if this is not one.
    public var boolValue: Bool? {
        if case .bool(let flag) = self { flag } else { nil }
    }

    /// The elements; nil if this is not an array.
    public var arrayValue: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The members; nil if this is not an object.
    public var objectValue: JSONObject? {
        if case .object(let members) = self { members } else { nil }
    }

    /// The member named `key`; nil if there is none, or this is not an object.
    public subscript(key: String) -> JSONValue? {
        objectValue?[key]
    }
}
