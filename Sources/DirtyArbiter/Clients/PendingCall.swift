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

    private let form: PayloadForm
    private let flags: LaneRequestFlags
    private let args: ByteBuffer
    private let kwargs: ByteBuffer
    private let attachmentSizes: [Int]
    private let attachments: ByteBuffer?

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
        attachments: ByteBuffer?
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
    }

    /// Writes the frame that puts the call on `lane`.
    func write(to lane: LaneHandler, _ call: CallID, app position: Int, deadline: Instant?) {
        let attachmentBytes = attachments?.readableBytes ?? 0
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
            attachmentBytes: UInt64(attachmentBytes)
        )
        lane.write(LaneRequestHeader.bytes) { header.encode(into: $0) }
        if !attachmentSizes.isEmpty {
            lane.write(8 * attachmentSizes.count) { space in
                for (index, size) in attachmentSizes.enumerated() {
                    space.storeBytes(of: UInt64(size).littleEndian, toByteOffset: 8 * index, as: UInt64.self)
                }
            }
        }
        lane.write(action)
        lane.write(args)
        lane.write(kwargs)
        if let attachments { lane.write(attachments) }
    }

    /// A hash of app, action and arguments, unguessable from outside; the same for equal calls in this process's life.
    func hash() -> UInt64 {
        var hasher = Hasher()
        hasher.combine(app)
        for part in [action, args, kwargs] + (attachments.map { [$0] } ?? []) {
            hasher.combine(part.readableBytes)
            part.withUnsafeReadableBytes { hasher.combine(bytes: $0) }
        }
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }
}
