/// The header of a reply on a lane, worker to arbiter: 40 bytes, little-endian.
///
/// ```
///  0 u32 magic   4 u8 kind   5 u8 flags   6 u16 zero   8 u64 call   16 u32 body   20 u32 attachments
/// 24 u64 attachment bytes   32 i32 status   36 u32 zero
/// ```
/// Then come the attachments' sizes (a u64 each), with ``LaneReplyFlags/usesArea`` their offsets (a u64 each, and
/// ``inlineOffset`` for one that isn't in the answer area), the body, and the bytes of the attachments that are inline.
public struct LaneReplyHeader: Hashable, Sendable {
    /// The header's size.
    public static let bytes = 40
    /// The longest frame, header and inline attachments included: as much as the arbiter holds in one piece.
    public static let longestFrameBytes = Int(UInt32.max)
    /// The first four bytes, "DLA1" when read as text.
    public static let magic: UInt32 = 0x3141_4C44
    /// Stands for the offset of an attachment that isn't in the answer area.
    public static let inlineOffset = UInt64.max

    /// What the reply is.
    public var kind: ReplyKind
    /// What the arbiter must know besides.
    public var flags: LaneReplyFlags
    /// The id of the call it answers, as the request gave it.
    public var call: UInt64
    /// The length of the body: a result, a chunk's data or an error object in the call's form; 0 for end and free.
    public var bodyBytes: UInt32
    /// How many attachments follow.
    public var attachmentCount: UInt32
    /// The length of all inline attachments together.
    public var attachmentBytes: UInt64
    /// The plugin's status; 0 unless the reply is an error.
    public var status: Int32

    /// A header with the given fields.
    public init(
        kind: ReplyKind,
        flags: LaneReplyFlags = [],
        call: UInt64,
        bodyBytes: UInt32 = 0,
        attachmentCount: UInt32 = 0,
        attachmentBytes: UInt64 = 0,
        status: Int32 = 0
    ) {
        self.kind = kind
        self.flags = flags
        self.call = call
        self.bodyBytes = bodyBytes
        self.attachmentCount = attachmentCount
        self.attachmentBytes = attachmentBytes
        self.status = status
    }

    /// The header at the start of `buffer`; nil if it is shorter than ``bytes``, or is no such header (magic, kind or a
    /// reserved field is wrong).
    public init?(decoding buffer: UnsafeRawBufferPointer) {
        guard buffer.count >= Self.bytes,
            buffer.littleEndian(at: 0, as: UInt32.self) == Self.magic,
            let kind = ReplyKind(rawValue: buffer[4]),
            buffer.littleEndian(at: 6, as: UInt16.self) == 0,
            buffer.littleEndian(at: 36, as: UInt32.self) == 0
        else { return nil }
        self.init(
            kind: kind,
            flags: LaneReplyFlags(rawValue: buffer[5]),
            call: buffer.littleEndian(at: 8),
            bodyBytes: buffer.littleEndian(at: 16),
            attachmentCount: buffer.littleEndian(at: 20),
            attachmentBytes: buffer.littleEndian(at: 24),
            status: buffer.littleEndian(at: 32)
        )
    }

    /// Writes the header into the first ``bytes`` of `buffer`, which must be as long at least.
    public func encode(into buffer: UnsafeMutableRawBufferPointer) {
        precondition(buffer.count >= Self.bytes, "A lane reply header needs \(Self.bytes) bytes.")
        buffer.storeLittleEndian(Self.magic, at: 0)
        buffer[4] = kind.rawValue
        buffer[5] = flags.rawValue
        buffer.storeLittleEndian(0 as UInt16, at: 6)
        buffer.storeLittleEndian(call, at: 8)
        buffer.storeLittleEndian(bodyBytes, at: 16)
        buffer.storeLittleEndian(attachmentCount, at: 20)
        buffer.storeLittleEndian(attachmentBytes, at: 24)
        buffer.storeLittleEndian(status, at: 32)
        buffer.storeLittleEndian(0 as UInt32, at: 36)
    }

    /// The length of the sizes, and of the offsets if there are any.
    public var placesBytes: Int {
        (flags.contains(.usesArea) ? 16 : 8) * Int(attachmentCount)
    }

    /// The length of all that follows the header: sizes, offsets, body and attachments.
    ///
    /// Nil if it does not fit an `Int`, which only a broken peer can cause.
    public var payloadBytes: Int? {
        let texts = Int(bodyBytes) + placesBytes
        guard let attachments = Int(exactly: attachmentBytes) else { return nil }
        let (sum, overflow) = texts.addingReportingOverflow(attachments)
        return overflow ? nil : sum
    }
}
