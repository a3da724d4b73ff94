import struct FoundationEssentials.Data

/// Bytes on their way out beside a JSON text; kept in the form the author gave them, so that nothing is copied.
enum AttachmentBytes {
    case array([UInt8])
    case data(Data)

    /// How many bytes they are.
    var count: Int {
        switch self {
        case .array(let bytes): bytes.count
        case .data(let data): data.count
        }
    }

    /// Lends the bytes for the duration of `body`.
    func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        switch self {
        case .array(let bytes): try bytes.withUnsafeBytes(body)
        case .data(let data): try data.withUnsafeBytes(body)
        }
    }
}
