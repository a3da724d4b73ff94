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
    /// Its app, as the client named it.
    let name: AppName
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
    private let texts: CallTexts
    private let attachments: CallAttachments?

    /// A request for the app that is named `name`, by `client`.
    init(
        client: ClientHandler,
        requestID: RequestID,
        name: AppName,
        form: PayloadForm,
        flags: LaneRequestFlags,
        texts: consuming CallTexts,
        attachmentSizes: [Int] = [],
        attachments: ByteBuffer? = nil,
        sharedMemory: LaneSharedMemory? = nil
    ) {
        self.client = client
        self.requestID = requestID
        self.name = name
        self.form = form
        self.flags = name.isPath ? flags.union(.namedByPath) : flags
        self.texts = texts
        self.attachments = CallAttachments.of(
            sizes: attachmentSizes,
            bytes: attachments,
            sharedMemory: sharedMemory,
            on: client.pollLoop
        )
    }

    /// The action, decoded.
    var action: String { texts.action }

    /// Writes the frame that puts the call on `lane`.
    ///
    /// `ticket` and `run` are those of a call that is handed to a busy lane.
    func write(
        to lane: LaneHandler,
        _ call: CallID,
        app position: Int,
        deadline: Instant?,
        ticket: UInt16 = 0,
        run: Duration? = nil
    ) {
        let header = LaneRequestHeader(
            form: form,
            flags: flags,
            call: LaneCall.wireID(sequence: call.sequence, lane: lane.lane.index),
            deadline: deadline?.nanoseconds ?? 0,
            app: UInt32(position),
            attachmentCount: UInt32(attachments?.sizes.count ?? 0),
            actionBytes: UInt32(texts.actionBytes),
            argsBytes: UInt32(texts.argsBytes),
            kwargsBytes: UInt32(texts.kwargsBytes),
            sharedBytes: UInt32(attachments?.sharedMemory?.bytes ?? 0),
            attachmentBytes: UInt64(attachments?.bytes?.readableBytes ?? 0),
            ticket: ticket,
            run: run?.wholeNanoseconds ?? 0
        )
        texts.write(to: lane, headBytes: LaneRequestHeader.bytes + (attachments?.headBytes ?? 0)) { space in
            header.encode(into: space)
            attachments?.encode(into: UnsafeMutableRawBufferPointer(rebasing: space[LaneRequestHeader.bytes...]))
        }
        if let bytes = attachments?.bytes { lane.write(bytes) }
    }

    /// A hash of app, action and arguments, unguessable from outside; the same for equal calls in this process's life.
    ///
    /// Nil if there are arguments in memory of the client's, which nobody here reads.
    func hash() -> UInt64? {
        guard attachments?.sharedMemory?.attachments.isEmpty ?? true else { return nil }
        var hash = KeyedHash()
        hash.combine(UInt64(name.app.rawValue))
        texts.combine(into: &hash)
        attachments?.bytes?.withUnsafeReadableBytes { hash.combine($0) }
        return hash.value
    }
}
