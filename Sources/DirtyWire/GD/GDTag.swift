/// What a GD value is: its first byte.
enum GDTag: UInt8 {
    /// Nothing follows.
    case none = 0x00
    /// One byte follows, 0 or 1.
    case bool = 0x01
    /// Eight bytes follow, a signed integer.
    case int = 0x05
    /// Eight bytes follow, an IEEE 754 double.
    case float = 0x06
    /// A length of four bytes follows, then so many bytes.
    case bytes = 0x10
    /// A length of four bytes follows, then so many bytes of UTF-8.
    case string = 0x11
    /// A count of four bytes follows, then so many values.
    case list = 0x20
    /// A count of four bytes follows, then so many pairs of a string and a value.
    case dict = 0x21

    /// The kind with its article, for messages.
    var phrase: String {
        switch self {
        case .none: "nil"
        case .bool: "a boolean"
        case .int: "an integer"
        case .float: "a float"
        case .bytes: "bytes"
        case .string: "a string"
        case .list: "a list"
        case .dict: "a dictionary"
        }
    }
}
