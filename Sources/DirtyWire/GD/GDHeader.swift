/// The header of a GD frame: 16 bytes, big-endian.
///
/// ```
/// 0 "GD"   2 u8 version 1   3 u8 type   4 u32 payload bytes   8 u64 request id
/// ```
/// The payload, one GD value, follows; it is empty for an end and for a client's status.
public struct GDHeader: Hashable, Sendable {
    /// The header's size.
    public static let bytes = 16
    /// The two bytes by which a connection's first frame tells this form from JSON.
    public static let magic: (UInt8, UInt8) = (0x47, 0x44)

    /// What the frame is.
    public var type: GDType
    /// The length of the payload.
    public var payloadBytes: UInt32
    /// The id that the client gave the call.
    public var requestID: UInt64

    /// A header with the given fields.
    public init(type: GDType, payloadBytes: UInt32, requestID: UInt64) {
        self.type = type
        self.payloadBytes = payloadBytes
        self.requestID = requestID
    }

    /// The header at the start of `buffer`; throws an error that names the field if it is wrong.
    public init(
        decoding buffer: UnsafeRawBufferPointer,
        maxPayloadBytes: Int = GDLimits.payloadBytes
    ) throws(GDError) {
        guard buffer.count >= Self.bytes else { throw GDError(.truncated, at: buffer.count) }
        guard (buffer[0], buffer[1]) == Self.magic else {
            throw GDError(.wrongMagic(buffer[0], buffer[1]), at: 0)
        }
        guard buffer[2] == Self.version else { throw GDError(.unknownVersion(buffer[2]), at: 2) }
        guard let type = GDType(rawValue: buffer[3]) else { throw GDError(.unknownType(buffer[3]), at: 3) }
        let payloadBytes: UInt32 = buffer.bigEndian(at: 4)
        guard Int(payloadBytes) <= maxPayloadBytes else {
            throw GDError(.payloadTooLarge(bytes: Int(payloadBytes), limit: maxPayloadBytes), at: 4)
        }
        self.init(type: type, payloadBytes: payloadBytes, requestID: buffer.bigEndian(at: 8))
    }

    /// Writes the header into the first ``bytes`` of `buffer`, which must be as long at least.
    public func encode(into buffer: UnsafeMutableRawBufferPointer) {
        precondition(buffer.count >= Self.bytes, "A GD header needs \(Self.bytes) bytes.")
        (buffer[0], buffer[1]) = Self.magic
        buffer[2] = Self.version
        buffer[3] = type.rawValue
        buffer.storeBigEndian(payloadBytes, at: 4)
        buffer.storeBigEndian(requestID, at: 8)
    }

    private static let version: UInt8 = 1
}
