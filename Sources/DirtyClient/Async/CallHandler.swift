import DirtyWire
import NIOCore

/// Keeps the calls in flight on one connection and gives each its answer.
///
/// Only touched on its event loop.
final class CallHandler: ChannelInboundHandler {
    typealias InboundIn = Reply
    typealias OutboundOut = ByteBuffer

    /// Called once with the result of a call.
    typealias Completion = @Sendable (Result<DirtyResult, DirtyCallError>) -> Void

    private struct Waiting {
        /// The call; nil for another message.
        let call: DirtyCall?
        /// The bytes that go with it.
        let parcel: Parcel?
        let completion: Completion
        /// How long the call may take, counted from `start`.
        let timeout: Duration?
        let start = ContinuousClock.now
        var timer: Scheduled<Void>?
        /// Whether it counts among those in flight.
        var isSent = false
        /// Whether the kernel has taken all of the request; before that the host can't have run it.
        var isWritten = false
    }

    /// How many calls the host lets one connection have in flight; further ones wait here.
    var maxCalls = Int.max
    /// The longest frame that the host takes.
    var maxFrameBytes = RequestFrame.largestBytes

    private var context: ChannelHandlerContext?
    private var waiting: [UInt64: Waiting] = [:]
    /// How many calls are in flight, and which wait for one of them to end.
    private var sentCount = 0
    private var held = CircularBuffer<UInt64>()
    private var lastID: UInt64 = 0
    /// Why the connection is about to end, where somebody said so.
    private var farewell: DirtyCallError?

    /// Sends a call and what goes with it, as soon as there may be one more; gives its id, by which it can be cancelled.
    func send(
        _ call: DirtyCall,
        _ parcel: Parcel,
        timeout: Duration?,
        completion: @escaping Completion
    ) -> UInt64 {
        let id = begin(call, parcel, within: timeout, completion)
        if sentCount < maxCalls {
            transmit(id, timeout: timeout)
        } else {
            held.append(id)
        }
        return id
    }

    /// Sends a message about the host, or about one of its apps.
    func ask(
        _ kind: MessageKind,
        app: String? = nil,
        asksForMemory: Bool = false,
        completion: @escaping Completion
    ) {
        let id = begin(nil, nil, within: .seconds(10), completion)
        write(id, RequestFrame.message(kind, id: id, app: app, asksForMemory: asksForMemory), [])
    }

    /// Ends a call for its caller and tells the host.
    func cancel(_ id: UInt64) {
        end(id) { waiting in
            DirtyCallError(.cancelled, "the call was cancelled", executed: waiting.isWritten ? .maybe : .no)
        }
    }

    private func begin(
        _ call: DirtyCall?,
        _ parcel: Parcel?,
        within timeout: Duration?,
        _ completion: @escaping Completion
    ) -> UInt64 {
        lastID += 1
        let id = lastID
        var entry = Waiting(call: call, parcel: parcel, completion: completion, timeout: timeout)
        if let context, let timeout {
            let patience = TimeAmount(timeout + BlockingDirtyClient.timeoutSlack)
            entry.timer = context.eventLoop.assumeIsolated().scheduleTask(in: patience) {
                self.end(id) { waiting in
                    DirtyCallError(
                        .timeout,
                        "the host gave no answer in time",
                        executed: waiting.isWritten ? .maybe : .no
                    )
                }
            }
        }
        waiting[id] = entry
        return id
    }

    private func transmit(_ id: UInt64, timeout: Duration?) {
        guard let call = waiting[id]?.call, let parcel = waiting[id]?.parcel else { return }
        do throws(DirtyCallError) {
            let frame = try RequestFrame.request(call, parcel, id: id, timeout: timeout, limit: maxFrameBytes)
            waiting[id]?.isSent = true
            sentCount += 1
            write(id, frame, parcel.sent)
        } catch {
            remove(id)?.completion(.failure(error))
        }
    }

    private func write(_ id: UInt64, _ frame: [UInt8], _ attachments: [[UInt8]]) {
        guard let context else {
            remove(id)?.completion(.failure(farewell ?? Self.lost(isWritten: false)))
            return
        }
        for bytes in attachments.isEmpty ? [] : [frame] + attachments.dropLast() {
            context.write(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
        }
        let last = ByteBuffer(bytes: attachments.last ?? frame)
        context.writeAndFlush(wrapOutboundOut(last)).assumeIsolated().whenSuccess {
            self.waiting[id]?.isWritten = true
        }
    }

    /// Takes a call out; there may then be room for one that is held.
    private func remove(_ id: UInt64) -> Waiting? {
        guard let call = waiting.removeValue(forKey: id) else { return nil }
        call.timer?.cancel()
        if call.isSent { sentCount -= 1 }
        return call
    }

    private func sendHeld() {
        while sentCount < maxCalls, let id = held.popFirst() {
            // One that was cancelled meanwhile is only passed over.
            guard let entry = waiting[id] else { continue }
            transmit(id, timeout: entry.timeout.map { $0 - (.now - entry.start) })
        }
    }

    /// Ends a call without the host's word, and tells the host that nobody waits any more.
    private func end(_ id: UInt64, _ error: (Waiting) -> DirtyCallError) {
        guard let call = remove(id) else { return }
        if let context, call.isSent {
            let frame = RequestFrame.message(.cancel, id: id)
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: frame)), promise: nil)
        }
        sendHeld()
        call.completion(.failure(error(call)))
    }

    private func finish(_ id: UInt64, _ result: Result<DirtyResult, DirtyCallError>) {
        guard let call = remove(id) else { return }
        sendHeld()
        call.completion(result)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let reply = unwrapInboundIn(data)
        guard let id = reply.id else {
            // About the connection, which the host closes now.
            if case .error(let error) = reply.contents { farewell = error }
            return
        }
        // An id that isn't known was given up before.
        guard let call = waiting[id] else { return }
        switch reply.contents {
        case .response(let result):
            finish(id, .success(result))
        case .error(let error):
            finish(id, .failure(error))
        case .chunk, .end:
            end(id) { _ in
                call.call.map(DirtyCallError.isStream) ?? Reply.notUnderstood("a message is answered with a stream")
            }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if farewell == nil { farewell = Self.cause(error) }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        let calls = waiting
        waiting = [:]
        held = []
        sentCount = 0
        for call in calls.values {
            call.timer?.cancel()
            var error = farewell ?? Self.lost(isWritten: call.isWritten)
            error.executed = call.isWritten ? .maybe : .no
            call.completion(.failure(error))
        }
        context.fireChannelInactive()
    }

    private static func lost(isWritten: Bool) -> DirtyCallError {
        DirtyCallError(
            .connection,
            "the connection to the host was lost before the call was answered",
            executed: isWritten ? .maybe : .no
        )
    }

    /// What an error in the pipeline means to callers.
    static func cause(_ error: any Error) -> DirtyCallError {
        if let error = error as? DirtyCallError { return error }
        if let error = error as? NIOCore.ByteToMessageDecoderError {
            return Reply.notUnderstood("\(error)")
        }
        return DirtyCallError(.connection, "the connection to the host was lost (\(error))", executed: .maybe)
    }
}
