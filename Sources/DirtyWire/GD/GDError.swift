/// Why bytes are not the GD frame or value they should be, or a value cannot be carried over, and where.
public struct GDError: Error, Hashable, Sendable {
    /// What is wrong.
    public var reason: Reason
    /// The byte at which it shows, counted from the first of the header, the payload or the text.
    public var offset: Int

    /// An error for `reason` at the byte `offset`.
    public init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    /// What can be wrong.
    public enum Reason: Hashable, Sendable {
        /// A frame does not begin with "GD".
        case wrongMagic(UInt8, UInt8)
        /// A frame is of a version other than 1.
        case unknownVersion(UInt8)
        /// A frame is of a type there is none of.
        case unknownType(UInt8)
        /// A frame says that more bytes follow than `limit`.
        case payloadTooLarge(bytes: Int, limit: Int)

        /// The bytes end in the middle of a value.
        case truncated
        /// Bytes follow the value.
        case trailingBytes
        /// A value begins with a byte that names no kind of value.
        case unknownTag(UInt8)
        /// A boolean is neither 0 nor 1.
        case badBool(UInt8)
        /// A string is not UTF-8.
        case invalidUTF8
        /// A dictionary's key is no string.
        case keyNotString(String)
        /// A list or dictionary has more items than `limit`.
        case tooManyItems(count: Int, limit: Int)
        /// More containers lie within each other than `limit`.
        case tooDeep(limit: Int)
        /// A request's payload is no dictionary.
        case notADictionary(String)
        /// A request's payload has two members of this name; the offset is that of the second.
        case duplicateMember(String)

        /// A float is NaN or infinite, for which JSON has no form.
        case notFinite(String)
        /// An integer is beyond 64 bits with sign.
        case integerOutOfRange(String)
        /// A number is beyond what a double can hold.
        case numberOutOfRange
        /// A `{"$attachment":i}` names none that there is.
        case unknownAttachment(Int)
        /// A `{"$base64":…}` is not Base64.
        case badBase64
        /// The text to carry over is not JSON.
        case json(JSONError.Reason)
    }

    /// One sentence that says what is wrong, where, and where it helps what to do instead.
    public var message: String {
        switch reason {
        case .wrongMagic(let first, let second):
            "a GD frame begins with the bytes 47 44, not \(Self.hex(first)) \(Self.hex(second))"
        case .unknownVersion(let version):
            "the GD frame's version is \(version); only version 1 is known"
        case .unknownType(let type):
            "the GD frame's type is 0x\(Self.hex(type)), which is unknown"
        case .payloadTooLarge(let bytes, let limit):
            "the GD frame's payload has \(bytes) bytes; at most \(limit) are allowed"
        case .truncated:
            "the GD value ends at byte \(offset), before it is complete"
        case .trailingBytes:
            "bytes follow the end of the GD value at byte \(offset)"
        case .unknownTag(let tag):
            "byte \(offset) is 0x\(Self.hex(tag)), which begins no GD value"
        case .badBool(let byte):
            "byte \(offset) is 0x\(Self.hex(byte)) where a boolean is 0 or 1"
        case .invalidUTF8:
            "byte \(offset) is not valid UTF-8"
        case .keyNotString(let found):
            "the dictionary key at byte \(offset) must be a string and is \(found)"
        case .tooManyItems(let count, let limit):
            "the container at byte \(offset) has \(count) items; at most \(limit) are allowed"
        case .tooDeep(let limit):
            "byte \(offset) opens more than \(limit) containers within each other"
        case .notADictionary(let found):
            "the payload must be a dictionary and is \(found)"
        case .duplicateMember(let name):
            "byte \(offset) begins a second member named \"\(name)\"; each may come once"
        case .notFinite(let number):
            "the float at byte \(offset) is \(number), which JSON cannot express; send nil or a string instead"
        case .integerOutOfRange(let digits):
            "the integer \(digits.prefix(40)) at byte \(offset) is beyond 64 bits with sign; use a string or a float"
        case .numberOutOfRange:
            "the number at byte \(offset) is beyond the range of a double"
        case .unknownAttachment(let index):
            "byte \(offset) refers to attachment \(index), which is not there"
        case .badBase64:
            "the text of the \"$base64\" at byte \(offset) is not valid Base64"
        case .json(let reason):
            JSONError(reason, at: offset).message
        }
    }

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.utf8.count == 1 ? "0" + digits : digits
    }
}
