/// Why a text is not the JSON it should be, and where.
public struct JSONError: Error, Hashable, Sendable {
    /// What is wrong.
    public var reason: Reason
    /// The byte at which it shows, counted from the text's first.
    public var offset: Int

    /// An error for `reason` at the byte `offset`.
    public init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    /// What can be wrong with a text.
    public enum Reason: Hashable, Sendable {
        /// There is no value: no bytes, or only white space.
        case empty
        /// The text ends in the middle of a value.
        case truncated
        /// The text begins with a UTF-8 byte order mark.
        case byteOrderMark
        /// A byte that cannot stand where it does.
        case unexpected(UInt8, expected: Expectation)
        /// Something follows the value.
        case trailingByte(UInt8)
        /// More containers lie within each other than `limit`.
        case tooDeep(limit: Int)
        /// A byte below 0x20 stands unescaped in a string.
        case controlCharacter(UInt8)
        /// A backslash is followed by a byte that names no escape.
        case unknownEscape(UInt8)
        /// An escape names half of a surrogate pair; the offset is that of its backslash.
        case loneSurrogate
        /// The bytes are not UTF-8: overlong, a surrogate, above U+10FFFF, cut off, or a stray byte.
        case invalidUTF8
        /// An object has two members of this name; the offset is that of the second.
        case duplicateMember(String)
        /// A number is beyond what a double can hold.
        case numberOutOfRange
        /// The message is valid JSON so far but not an object.
        case notAnObject(JSONKind)
    }

    /// What could have stood in an unexpected byte's place.
    ///
    /// Raw values are phrases for messages.
    public enum Expectation: String, Hashable, Sendable {
        case value = "a value"
        case elementOrEnd = "a value or ']'"
        case memberOrEnd = "a member's name or '}'"
        case memberName = "a member's name"
        case colon = "':'"
        case commaOrArrayEnd = "',' or ']'"
        case commaOrObjectEnd = "',' or '}'"
        case digit = "a digit"
        case hexDigit = "a hexadecimal digit"
        case literal = "the rest of true, false or null"
    }

    /// One sentence that says what is wrong, where, and where it helps what to write instead.
    public var message: String {
        switch reason {
        case .empty:
            "the text is empty where a JSON value is needed"
        case .truncated:
            "the JSON text ends at byte \(offset), in the middle of a value"
        case .byteOrderMark:
            "the JSON text begins with a byte order mark; send UTF-8 without one"
        case .unexpected(UInt8(ascii: "N"), .value), .unexpected(UInt8(ascii: "N"), .elementOrEnd),
            .unexpected(UInt8(ascii: "I"), .value), .unexpected(UInt8(ascii: "I"), .elementOrEnd):
            "byte \(offset) begins no JSON value; NaN and Infinity have no form in JSON, send null or a string instead"
        case .unexpected(let byte, let expected):
            "byte \(offset) is \(Self.name(of: byte)) where \(expected.rawValue) is expected"
        case .trailingByte(let byte):
            "byte \(offset) is \(Self.name(of: byte)) after the end of the JSON value"
        case .tooDeep(let limit):
            "byte \(offset) opens more than \(limit) containers within each other"
        case .controlCharacter(let byte):
            "byte \(offset) is \(Self.name(of: byte)) within a string; write it as \\u00\(Self.hex(byte))"
        case .unknownEscape(let byte):
            "byte \(offset) is \(Self.name(of: byte)), which names no escape"
        case .loneSurrogate:
            "the escape at byte \(offset) is half of a surrogate pair without the other half"
        case .invalidUTF8:
            "byte \(offset) is not valid UTF-8"
        case .duplicateMember(let name):
            "byte \(offset) begins a second member named \"\(name)\"; each may come once"
        case .numberOutOfRange:
            "the number at byte \(offset) is beyond the range of a double"
        case .notAnObject(let kind):
            "the message is \(kind.phrase); it must be a JSON object"
        }
    }

    private static func name(of byte: UInt8) -> String {
        0x21...0x7E ~= byte ? "'\(Unicode.Scalar(byte))'" : "0x\(hex(byte))"
    }

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.utf8.count == 1 ? "0" + digits : digits
    }
}
