/// The six kinds of JSON value, as messages name them.
public enum JSONKind: UInt8, Hashable, Sendable {
    /// What RFC 8259 calls so; a boolean is `true` or `false`.
    case null, bool, number, string, array, object

    /// The kind with its article, for messages: "an array".
    public var phrase: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
