/// Bytes of an argument, without a copy: borrowed from the host until the action, synchronous or async, returns.
///
/// For large attachments:
///
/// ```swift
/// Action("checksum", Parameter("data", BorrowedBytes.self)) { app, data in
///     data.withUnsafeBytes { app.checksum($0) }
/// }
/// ```
///
/// Keeping one longer than the call is a mistake that is caught: reading it then stops the worker with a message.
public struct BorrowedBytes {
    private enum Storage {
        case borrowed(UnsafeRawBufferPointer, Call?)
        case owned([UInt8])
    }

    private let storage: Storage

    /// How many bytes they are.
    public var count: Int {
        switch storage {
        case .borrowed(let bytes, _): bytes.count
        case .owned(let bytes): bytes.count
        }
    }

    /// Lends the bytes for the duration of `body`.
    public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        switch storage {
        case .owned(let bytes): return try bytes.withUnsafeBytes(body)
        case .borrowed(let bytes, let call):
            precondition(
                call?.hasEnded != true,
                "BorrowedBytes used after its call had ended; take [UInt8] or Data to keep the bytes"
            )
            return try body(bytes)
        }
    }

    /// A copy of the bytes, to keep.
    public func copy() -> [UInt8] { withUnsafeBytes { [UInt8]($0) } }
}

extension BorrowedBytes: Decodable {
    /// Reads an attachment in place; bytes in base64 or as numbers are decoded into memory of their own.
    public init(from decoder: any Decoder) throws {
        guard let decoder = decoder as? ValueDecoder else {
            self.init(storage: .owned(try [UInt8](from: decoder)))
            return
        }
        self = try decoder.direct(BorrowedBytes.self)
    }
}

extension BorrowedBytes: DirectlyDecodable {
    static func read(_ cursor: inout JSONCursor) throws -> BorrowedBytes {
        var ahead = cursor
        if case .attachment(let index)? = try ByteReference.read(&ahead), let bytes = cursor.attachments[index] {
            cursor = ahead
            return BorrowedBytes(storage: .borrowed(bytes, cursor.attachments.call))
        }
        return BorrowedBytes(storage: .owned(try ByteReference.readBytes(&cursor) { [UInt8]($0) }))
    }
}
