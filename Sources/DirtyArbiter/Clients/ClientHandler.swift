import ArbiterCore
import DirtyWire
import Logging
import NIOCore

/// One client's connection: reads its messages, and writes what it is owed.
///
/// It speaks the form that the connection's first bytes are in. Lives on the arbiter's event loop.
final class ClientHandler: StreamSocket {
    /// Which socket the client came by.
    enum Socket {
        /// The clients' socket.
        case calls
        /// The owner's socket, which takes `manage` as well.
        case control
    }

    /// What the client speaks, once it has spoken.
    private enum Dialect {
        /// Nothing yet, or one byte that could begin either. Can become: json, gd.
        case unknown([UInt8])
        /// JSON frames.
        case json(JSONMessageReader)
        /// Gunicorn's binary frames.
        case gd(GDMessageReader)
        /// Nothing more is read: the connection ends when what is written has been taken.
        case closing
    }

    let socket: Socket
    unowned(unsafe) let loop: ArbiterLoop
    /// Whether it said hello: then it tells answers apart by their ids.
    @exclusivity(unchecked) var saidHello = false
    /// Whether it may share memory with workers.
    @exclusivity(unchecked) var sharedMemory: SharedMemoryAccess

    @exclusivity(unchecked) private var id: ClientID?
    @exclusivity(unchecked) private var dialect = Dialect.unknown([])
    @exclusivity(unchecked) private var inFlight = CallsInFlight()
    @exclusivity(unchecked) private var streams = 0
    /// Answers of the arbiter's own that come later.
    @exclusivity(unchecked) private var owedAnswers = 0
    @exclusivity(unchecked) private var isInputClosed = false
    @exclusivity(unchecked) private var isBlocked = false
    private var reportedUnsentBytes = 0
    @exclusivity(unchecked) var messagesRead = 0
    private var progress = ClientProgress()
    private var onClose: (() -> Void)?

    /// A client on `socket`, who is `peer`, behind `descriptor`, which it owns.
    init(descriptor: Int32, socket: Socket, peer: PeerCredentials, loop: ArbiterLoop) {
        self.socket = socket
        sharedMemory = SharedMemoryAccess(of: peer, socket: socket)
        self.loop = loop
        super.init(descriptor: descriptor, on: loop.eventLoop)
        let limit = loop.configuration.streamBufferBytes
        mark(low: limit / 2, high: limit)
    }

    /// Begins to read.
    ///
    /// - Throws: ``ArbiterError`` if that can't be.
    func connect() throws(ArbiterError) {
        try start()
        id = loop.clientConnected(self)
    }

    // MARK: The socket

    override func wasClosed() {
        super.wasClosed()
        releaseReserved()
        reportUnsent(0)
        inFlight.removeAll()
        dialect = .closing
        if let id { loop.clientDisconnected(id) }
        onClose?()
    }

    override func inputEnded() {
        // A half-closed client still gets its answers.
        isInputClosed = true
        closeIfDone()
    }

    override func fullnessChanged(_ isFull: Bool) {
        isBlocked = isFull
        reportUnsent(isBlocked ? unsentBytes : 0)
        if let id { loop.clientBlocked(id, isBlocked) }
    }

    // MARK: Reading

    override func received(_ bytes: UnsafeRawBufferPointer) {
        switch dialect {
        case .unknown(var first):
            first.append(contentsOf: bytes)
            guard first.count >= 2 else {
                dialect = .unknown(first)
                return
            }
            // A JSON frame's length is below 1 GiB, so its first byte is below 0x40; "GD" begins with 0x47.
            let limits = FrameLimits(loop.configuration)
            let reserve: (Int) -> Failure? = { [unowned loop] in loop.reserve($0) }
            if first.starts(with: Self.gdMagic) {
                dialect = .gd(GDMessageReader(limits: limits, spareMemory: pollLoop.spareMemory, room: reserve))
            } else {
                dialect = .json(JSONMessageReader(limits: limits, spareMemory: pollLoop.spareMemory, room: reserve))
            }
            first.withUnsafeBytes(received)
        case .json(let reader):
            let rest = takePlain(bytes, reader)
            guard !rest.isEmpty, takesMessages else { return }
            reader.append(rest)
            readJSON()
        case .gd(let reader):
            reader.append(bytes)
            readGD()
        case .closing:
            break
        }
    }

    override func receive(
        in space: UnsafeMutableRawBufferPointer,
        _ read: (UnsafeMutableRawBufferPointer) -> Int
    ) -> Int {
        switch dialect {
        case .json(let reader):
            guard let count = reader.receive(read) else { break }
            if count > 0 { readJSON() }
            return count
        case .gd(let reader):
            guard let count = reader.receive(read) else { break }
            if count > 0 { readGD() }
            return count
        case .unknown, .closing:
            break
        }
        return super.receive(in: space, read)
    }

    /// Whether what it says is still listened to.
    var takesMessages: Bool {
        if case .closing = dialect { false } else { isOpen }
    }

    private func readJSON() {
        while case .json(let reader) = dialect {
            let output: JSONMessageReader.Output?
            do throws(FrameFault) {
                output = try reader.next()
            } catch {
                return refuse(error.error, id: error.id ?? .json(.null))
            }
            guard let output else { return }
            messagesRead += 1
            // Before the core sees the call, which counts the bytes anew.
            releaseReserved()
            switch output {
            case .message(let message): handle(message)
            case .refused(let refused): answer(refused)
            }
        }
    }

    private func readGD() {
        while case .gd(let reader) = dialect {
            let output: GDMessageReader.Output?
            do throws(FrameFault) {
                output = try reader.next()
            } catch {
                return refuse(error.error, id: error.id ?? .gd(0))
            }
            guard let output else { return }
            messagesRead += 1
            // Before the core sees the call, which counts the bytes anew.
            releaseReserved()
            switch output {
            case .message(let message): handle(message)
            case .refused(let refused): answer(refused)
            }
        }
    }

    private func releaseReserved() {
        switch dialect {
        case .json(let reader) where reader.reservedBytes > 0:
            loop.heldBytesChanged(by: -reader.reservedBytes)
            reader.released()
        case .gd(let reader) where reader.reservedBytes > 0:
            loop.heldBytesChanged(by: -reader.reservedBytes)
            reader.released()
        case .unknown, .json, .gd, .closing:
            break
        }
    }

    private static let gdMagic = [GDHeader.magic.0, GDHeader.magic.1]

    // MARK: Calls

    /// Hands a request to the core, unless its id is in flight or its client talks across a stream of its own.
    func call(_ pending: PendingCall, bytes: Int, timeout: Duration?, affinity: UInt64?) {
        guard let id else { return }
        guard streams == 0 || saidHello || inFlight[pending.requestID] != nil else {
            // Such a client (Gunicorn's) looks at no ids: the rest of the stream would pass for this call's answer.
            return finish()
        }
        guard inFlight.insert(pending) else {
            let text = "a call with this id is in flight on this connection: ids may be used again once answered"
            return refuse(ProtocolError(.duplicateID, text), id: pending.requestID)
        }
        pending.fingerprint = loop.fingerprint(pending, bytes: bytes)
        loop.received(
            pending,
            IncomingCall(
                client: id,
                app: pending.name.app,
                bytes: bytes,
                timeout: timeout,
                affinity: affinity,
                fingerprint: pending.fingerprint
            )
        )
    }

    /// Takes back the call that the client names `id`; one that is unknown has been answered, or never was.
    func cancel(_ id: RequestID) {
        guard let call = inFlight[id]?.id else { return }
        loop.cancel(call)
    }

    /// Passes on what a call's lane sent.
    func forward(_ frame: LaneFrame, of call: PendingCall, ends: Bool) {
        if ends { callEnded(call) }
        if frame.header.kind == .chunk, !call.isStreaming {
            call.isStreaming = true
            streams += 1
        }
        ReplyEncoder.write(frame, id: call.requestID, to: self)
        written()
        if ends { closeIfDone() }
    }

    /// Answers a call with an error of the arbiter's own.
    func fail(_ call: PendingCall, _ error: ErrorReply) {
        callEnded(call)
        fail(call.requestID, error)
        closeIfDone()
    }

    private func callEnded(_ call: PendingCall) {
        if call.isStreaming { streams -= 1 }
        inFlight.remove(call)
    }

    // MARK: Answers

    /// Answers a message, under its id, with a value of the arbiter's own.
    func respond(_ id: RequestID, _ result: JSONValue) {
        write(.response, id: id, body: body(result, for: id))
    }

    /// Answers a message, under its id, with a part of a stream of the arbiter's own.
    func chunk(_ id: RequestID, _ data: JSONValue) {
        write(.chunk, id: id, body: body(data, for: id))
    }

    /// Ends such a stream.
    func end(_ id: RequestID) {
        write(.end, id: id, body: [])
    }

    /// An answer of the arbiter's own comes later: until then a half-closed connection stays.
    func oweAnswer() {
        owedAnswers += 1
    }

    /// It has been written.
    func answered() {
        owedAnswers -= 1
        closeIfDone()
    }

    /// Answers a message, under its id, with an error.
    func fail(_ id: RequestID, _ error: ErrorReply) {
        write(.error, id: id, body: body(error.json(), for: id))
    }

    /// Tells the client of its mistake, and ends the connection where going on isn't safe.
    func refuse(_ error: ProtocolError, id: RequestID) {
        fail(id, error.reply)
        if error.fault.closesConnection { finish() }
    }

    private func answer(_ refused: RefusedMessage) {
        fail(refused.id, FailureWording(appPath: refused.appPath, action: "").error(for: refused.failure))
    }

    private func body(_ value: JSONValue, for id: RequestID) -> [UInt8] {
        switch id {
        case .json:
            return value.serialized()
        case .gd:
            // Our own answers hold nothing that GD can't carry, unless a plugin's manifest does.
            let value = (try? value.tlv()) ?? (try? JSONValue.string("not expressible as GD").tlv())
            return value ?? []
        }
    }

    // MARK: Writing

    private func write(_ kind: ReplyKind, id: RequestID, body: [UInt8]) {
        ReplyEncoder.write(kind, id: id, body: body, to: self)
        written()
    }

    private func written() {
        if isBlocked { reportUnsent(unsentBytes) }
    }

    /// Reads nothing more, and ends the connection once what has been written is taken.
    private func finish() {
        releaseReserved()
        dialect = .closing
        end()
    }

    /// Answers what the client has sent by now, and ends the connection once that is taken; `closed` is told when it has.
    func finish(_ closed: @escaping () -> Void) {
        guard isOpen else { return closed() }
        onClose = closed
        drainToEnd()
        finish()
    }

    private func closeIfDone() {
        if isInputClosed, inFlight.isEmpty, owedAnswers == 0 { finish() }
    }

    private func reportUnsent(_ bytes: Int) {
        guard bytes != reportedUnsentBytes else { return }
        loop.heldBytesChanged(by: bytes - reportedUnsentBytes)
        reportedUnsentBytes = bytes
    }

    // MARK: Time

    /// Ends the connection if it began a frame, or has been owed bytes, for too long; called now and then.
    func checkProgress(now: NIODeadline) {
        let isAmidFrame =
            switch dialect {
            case .unknown(let first): !first.isEmpty
            case .json(let reader): reader.isAmidFrame
            case .gd(let reader): reader.isAmidFrame
            case .closing: false
            }
        let unsent = unsentBytes
        let verdict = progress.check(
            frame: isAmidFrame ? messagesRead : nil,
            unsentBytes: unsent,
            sentBytes: sentBytes,
            limits: (loop.configuration.frameTimeout, loop.configuration.writeTimeout),
            now: now
        )
        switch verdict {
        case .fine: break
        case .unfinishedFrame:
            let text = "a frame was begun and not finished in \(loop.configuration.frameTimeout.seconds) s"
            let id: RequestID =
                switch dialect {
                case .gd(let reader): reader.idSoFar ?? .gd(0)
                case .json(let reader): reader.idSoFar ?? .json(.null)
                case .unknown, .closing: .json(.null)
                }
            refuse(ProtocolError(.unfinished, text), id: id)
        case .stalledReader:
            loop.logger.warning(
                "A client takes nothing of what it is owed; dropping it",
                metadata: ["unsent_bytes": "\(unsent)", "seconds": "\(loop.configuration.writeTimeout.seconds)"]
            )
            close()
        }
    }
}
