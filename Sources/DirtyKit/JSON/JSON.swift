/// Any JSON value, for arguments and results whose shape isn't known beforehand; raw bytes may stand anywhere in it.
///
/// Made from literals (`["name": "fox", "limit": 5]`), read by subscripts (`value["items"]?[0]?.string`). To pass a
/// value through untouched, ``RawJSON`` is cheaper and exact.
public enum JSON: Hashable, Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A whole number, where it fits.
    case int(Int64)
    /// A whole number above `Int64.max`.
    case uint(UInt64)
    /// Any other number.
    case double(Double)
    /// A string.
    case string(String)
    /// Bytes: an attachment on the wire, `{"$base64":…}` for clients that know none.
    case bytes([UInt8])
    /// An array.
    case array([JSON])
    /// An object.
    ///
    /// Of two members of one name, the last counts.
    case object([String: JSON])
}

extension JSON {
    /// The member `name`, or nil if this is no object or has none.
    public subscript(name: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }

    /// The element at `index`, or nil if this is no array or isn't as long.
    public subscript(index: Int) -> JSON? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// The string, if it is one.
    public var string: String? {
        if case .string(let string) = self { string } else { nil }
    }

    /// The whole number, if it is one that an `Int` can hold.
    public var int: Int? {
        switch self {
        case .int(let value): Int(exactly: value)
        case .uint(let value): Int(exactly: value)
        case .double(let value): Int(exactly: value)
        default: nil
        }
    }

    /// The number, if it is one.
    public var double: Double? {
        switch self {
        case .int(let value): Double(value)
        case .uint(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    /// The truth value, if it is one.
    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The bytes, if they are some.
    public var bytes: [UInt8]? {
        if case .bytes(let bytes) = self { bytes } else { nil }
    }

    /// The elements, if it is an array.
    public var array: [JSON]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The members, if it is an object.
    public var object: [String: JSON]? {
        if case .object(let members) = self { members } else { nil }
    }
}
