/// The header of a call on a lane, arbiter to worker: 64 bytes, little-endian.
///
/// ```
///  0 u32 magic         4 u8 kind   5 u8 form   6 u16 flags   8 u64 call     16 u64 deadline   24 u32 app
/// 28 u32 attachments  32 u32 action            36 u32 args   40 u32 kwargs  44 u32 shared
/// 48 u64 bytes of attachments                  56 u64 run    64 u16 ticket  66 six zeros
/// ```
/// Then come the attachments' sizes (a u64 each), a ``LaneSharedMemory`` if there is one, the action, the args, the kwargs,
/// and the bytes of the attachments that are inline.
public struct LaneRequestHeader: Hashable, Sendable {
    /// The header's size.
    public static let bytes = 72
    /// The first four bytes, "DLR1" when read as text.
    public static let magic: UInt32 = 0x3152_4C44

    /// The form of args and kwargs, and of the replies wanted.
    public var form: PayloadForm
    /// What the worker must know besides.
    public var flags: LaneRequestFlags
    /// The call's id on the link: its sequence number shifted left by eight, or'ed with the lane's index.
    public var call: UInt64
    /// When the call's time is up, in nanoseconds of CLOCK_MONOTONIC; 0 for never.
    public var deadline: UInt64
    /// The app's position in the worker's load list.
    public var app: UInt32
    /// How many attachments follow.
    public var attachmentCount: UInt32
    /// The length of the action: decoded UTF-8, without quotes or escapes.
    public var actionBytes: UInt32
    /// The length of the args; 0 if the client gave none.
    public var argsBytes: UInt32
    /// The length of the kwargs; 0 if the client gave none.
    public var kwargsBytes: UInt32
    /// The length of what is said of memory that the client shares; 0 if it shares none.
    public var sharedBytes: UInt32
    /// The length of all inline attachments together.
    public var attachmentBytes: UInt64
    /// The handing that it is of, if the lane had a call when it was sent: the worker claims it by that on the shared
    /// page before it begins, and skips it if it can't; 0 for a call of a free lane.
    public var ticket: UInt16
    /// Nanoseconds that the call may take from its beginning, for one that was handed over: the earlier of that and the
    /// deadline is when its time is up; 0 for no bound.
    public var run: UInt64

    /// A header with the given fields.
    public init(
        form: PayloadForm,
        flags: LaneRequestFlags = [],
        call: UInt64,
        deadline: UInt64 = 0,
        app: UInt32,
        attachmentCount: UInt32 = 0,
        actionBytes: UInt32,
        argsBytes: UInt32,
        kwargsBytes: UInt32,
        sharedBytes: UInt32 = 0,
        attachmentBytes: UInt64 = 0,
        ticket: UInt16 = 0,
        run: UInt64 = 0
    ) {
        self.form = form
        self.flags = flags
        self.call = call
        self.deadline = deadline
        self.app = app
        self.attachmentCount = attachmentCount
        self.actionBytes = actionBytes
        self.argsBytes = argsBytes
        self.kwargsBytes = kwargsBytes
        self.sharedBytes = sharedBytes
        self.attachmentBytes = attachmentBytes
        self.ticket = ticket
        self.run = run
    }

    /// The header at the start of `buffer`; nil if it is shorter than ``bytes``, or is no such header (magic, kind,
    /// form or a reserved field is wrong).
    public init?(decoding buffer: UnsafeRawBufferPointer) {
        guard buffer.count >= Self.bytes,
            buffer.littleEndian(at: 0, as: UInt32.self) == Self.magic,
            buffer[4] == Self.callKind,
            let form = PayloadForm(rawValue: buffer[5]),
            buffer.littleEndian(at: 66, as: UInt16.self) == 0,
            buffer.littleEndian(at: 68, as: UInt32.self) == 0
        else { return nil }
        self.init(
            form: form,
            flags: LaneRequestFlags(rawValue: buffer.littleEndian(at: 6)),
            call: buffer.littleEndian(at: 8),
            deadline: buffer.littleEndian(at: 16),
            app: buffer.littleEndian(at: 24),
            attachmentCount: buffer.littleEndian(at: 28),
            actionBytes: buffer.littleEndian(at: 32),
            argsBytes: buffer.littleEndian(at: 36),
            kwargsBytes: buffer.littleEndian(at: 40),
            sharedBytes: buffer.littleEndian(at: 44),
            attachmentBytes: buffer.littleEndian(at: 48),
            ticket: buffer.littleEndian(at: 64),
            run: buffer.littleEndian(at: 56)
        )
    }

    /// Writes the header into the first ``bytes`` of `buffer`, which must be as long at least.
    public func encode(into buffer: UnsafeMutableRawBufferPointer) {
        precondition(buffer.count >= Self.bytes, "A lane request header needs \(Self.bytes) bytes.")
        buffer.storeLittleEndian(Self.magic, at: 0)
        buffer[4] = Self.callKind
        buffer[5] = form.rawValue
        buffer.storeLittleEndian(flags.rawValue, at: 6)
        buffer.storeLittleEndian(call, at: 8)
        buffer.storeLittleEndian(deadline, at: 16)
        buffer.storeLittleEndian(app, at: 24)
        buffer.storeLittleEndian(attachmentCount, at: 28)
        buffer.storeLittleEndian(actionBytes, at: 32)
        buffer.storeLittleEndian(argsBytes, at: 36)
        buffer.storeLittleEndian(kwargsBytes, at: 40)
        buffer.storeLittleEndian(sharedBytes, at: 44)
        buffer.storeLittleEndian(attachmentBytes, at: 48)
        buffer.storeLittleEndian(run, at: 56)
        buffer.storeLittleEndian(ticket, at: 64)
        buffer.storeLittleEndian(0 as UInt16, at: 66)
        buffer.storeLittleEndian(0 as UInt32, at: 68)
    }

    /// The length of all that follows the header.
    ///
    /// Nil if it does not fit an `Int`, which only a broken peer can cause.
    public var payloadBytes: Int? {
        let texts =
            Int(actionBytes) + Int(argsBytes) + Int(kwargsBytes) + Int(sharedBytes) + 8 * Int(attachmentCount)
        guard let attachments = Int(exactly: attachmentBytes) else { return nil }
        let (sum, overflow) = texts.addingReportingOverflow(attachments)
        return overflow ? nil : sum
    }

    /// The only kind of request there is: a call.
    private static let callKind: UInt8 = 1
}
