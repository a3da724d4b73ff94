/// The two ways JSON text speaks of raw bytes: `{"$attachment":i}` and `{"$base64":"…"}`.
enum ByteReference {
    /// The bytes are the call's attachment of this number.
    case attachment(Int)
    /// The bytes are here, in base64.
    case inline([UInt8])

    static let attachmentKey = Array("$attachment".utf8)
    static let base64Key = Array("$base64".utf8)

    /// Reads the object at the cursor if it is a reference; else leaves the cursor where it was and returns nil.
    static func read(_ cursor: inout JSONCursor) throws -> ByteReference? {
        var ahead = cursor
        guard try ahead.kind() == .object else { return nil }
        ahead.offset += 1
        ahead.skipSpace()
        guard ahead.byte == UInt8(ascii: "\"") else { return nil }
        let (key, hasEscapes) = try ahead.scanString()
        let reference: ByteReference
        if ahead.string(key, hasEscapes: hasEscapes, equals: attachmentKey) {
            try ahead.consume(UInt8(ascii: ":"))
            guard try ahead.kind() == .number, case .value(let index) = try ahead.readInteger(as: Int.self) else {
                return nil
            }
            reference = .attachment(index)
        } else if ahead.string(key, hasEscapes: hasEscapes, equals: base64Key) {
            try ahead.consume(UInt8(ascii: ":"))
            guard try ahead.kind() == .string else { return nil }
            let start = ahead
            let (range, _) = try ahead.scanString()
            guard let bytes = Base64.decode(UnsafeRawBufferPointer(rebasing: ahead.text[range])) else {
                throw ValueMismatch(expected: "base64 (RFC 4648, padded)", at: start)
            }
            reference = .inline(bytes)
        } else {
            return nil
        }
        guard ahead.consumeIfNext(UInt8(ascii: "}")) else { return nil }
        cursor = ahead
        return reference
    }

    /// Reads raw bytes in any form they may take: a reference, or an array of numbers from 0 to 255.
    /// - Parameter make: Makes the result from bytes that are borrowed for its duration only.
    static func readBytes<Result>(
        _ cursor: inout JSONCursor,
        make: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        let start = cursor
        switch try read(&cursor) {
        case .attachment(let index):
            guard let bytes = cursor.attachments[index] else {
                throw ValueMismatch(
                    expected: "an attachment of this call",
                    found: "{\"$attachment\":\(index)}",
                    note: cursor.attachments.count == 0
                        ? "the call has none" : "the call has \(cursor.attachments.count), counted from 0"
                )
            }
            return try make(bytes)
        case .inline(let bytes):
            return try bytes.withUnsafeBytes(make)
        case nil:
            guard try cursor.kind() == .array else {
                throw ValueMismatch(
                    expected: "bytes",
                    at: start,
                    note: #"an attachment {"$attachment":0}, {"$base64":"…"}, or an array of numbers from 0 to 255"#
                )
            }
            return try [UInt8].readElements(&cursor).withUnsafeBytes(make)
        }
    }
}
