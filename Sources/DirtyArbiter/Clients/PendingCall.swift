import ArbiterCore
import DirtyWire
import NIOCore

/// What the shell keeps of a call until its end: whose it is, and the request as it came, so that it can be sent to
/// another worker should the first die before it began.
final class PendingCall {
    /// The connection to answer on.
    let client: ClientHandler
    /// The client's name for it.
    let requestID: RequestID
    /// Its app.
    let app: AppID
    /// How the client named the app.
    let appPath: String
    /// The action, decoded.
    let action: ByteBuffer
    /// The core's name for it, once accepted.
    @exclusivity(unchecked) var id: CallID?
    /// By what it is known again should it kill workers; nil if it can't be.
    @exclusivity(unchecked) var fingerprint: UInt64?
    /// Whether a chunk of it has been passed on.
    @exclusivity(unchecked) var isStreaming = false

    /// Its place among its client's calls.
    @exclusivity(unchecked) var place = -1

    private let form: PayloadForm
    private let flags: LaneRequestFlags
    private let args: ByteBuffer
    private let kwargs: ByteBuffer
    private let attachmentSizes: [Int]
    private let attachments: ByteBuffer?
    private let sharedMemory: LaneSharedMemory?

    /// A request for `app` by `client`; the buffers are slices of what came in.
    init(
        client: ClientHandler,
        requestID: RequestID,
        app: AppID,
        appPath: String,
        form: PayloadForm,
        flags: LaneRequestFlags,
        action: ByteBuffer,
        args: ByteBuffer,
        kwargs: ByteBuffer,
        attachmentSizes: [Int],
        attachments: ByteBuffer?,
        sharedMemory: LaneSharedMemory?
    ) {
        self.client = client
        self.requestID = requestID
        self.app = app
        self.appPath = appPath
        self.form = form
        self.flags = flags
        self.action = action
        self.args = args
        self.kwargs = kwargs
        self.attachmentSizes = attachmentSizes
        self.attachments = attachments
        self.sharedMemory = sharedMemory
    }

    /// Writes the frame that puts the call on `lane`.
    func write(to lane: LaneHandler, _ call: CallID, app position: Int, deadline: Instant?) {
        let attachmentBytes = attachments?.readableBytes ?? 0
        let sharedBytes = sharedMemory?.bytes ?? 0
        let header = LaneRequestHeader(
            form: form,
            flags: flags,
            call: LaneCall.wireID(sequence: call.sequence, lane: lane.lane.index),
            deadline: deadline?.nanoseconds ?? 0,
            app: UInt32(position),
            attachmentCount: UInt32(attachmentSizes.count),
            actionBytes: UInt32(action.readableBytes),
            argsBytes: UInt32(args.readableBytes),
            kwargsBytes: UInt32(kwargs.readableBytes),
            sharedBytes: UInt32(sharedBytes),
            attachmentBytes: UInt64(attachmentBytes)
        )
        let texts = args.readableBytes + kwargs.readableBytes
        let isCopied = texts <= OutgoingBytes.copyLimitBytes
        let head = LaneRequestHeader.bytes + 8 * attachmentSizes.count + sharedBytes + action.readableBytes
        lane.write(head + (isCopied ? texts : 0)) { space in
            header.encode(into: space)
            var position = LaneRequestHeader.bytes
            for size in attachmentSizes {
                space.storeBytes(of: UInt64(size).littleEndian, toByteOffset: position, as: UInt64.self)
                position += 8
            }
            sharedMemory?.encode(into: UnsafeMutableRawBufferPointer(rebasing: space[position...]))
            position += sharedBytes
            position = Self.copy(action, to: space, at: position)
            guard isCopied else { return }
            position = Self.copy(args, to: space, at: position)
            _ = Self.copy(kwargs, to: space, at: position)
        }
        if !isCopied {
            lane.write(args)
            lane.write(kwargs)
        }
        if let attachments { lane.write(attachments) }
    }

    private static func copy(_ part: ByteBuffer, to space: UnsafeMutableRawBufferPointer, at position: Int) -> Int {
        part.withUnsafeReadableBytes { bytes in
            UnsafeMutableRawBufferPointer(rebasing: space[position...]).copyMemory(from: bytes)
            return position + bytes.count
        }
    }

    /// A hash of app, action and arguments, unguessable from outside; the same for equal calls in this process's life.
    ///
    /// Nil if there are arguments in memory of the client's, which nobody here reads.
    func hash() -> UInt64? {
        guard sharedMemory?.attachments.isEmpty ?? true else { return nil }
        var hash = KeyedHash()
        hash.combine(UInt64(app.rawValue))
        action.withUnsafeReadableBytes { hash.combine($0) }
        args.withUnsafeReadableBytes { hash.combine($0) }
        kwargs.withUnsafeReadableBytes { hash.combine($0) }
        attachments?.withUnsafeReadableBytes { hash.combine($0) }
        return hash.value
    }
}
