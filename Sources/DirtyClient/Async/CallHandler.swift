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
        let call: DirtyCall?
        let completion: Completion
        /// Whether the kernel has taken all of the request; before that the host can't have run it.
        var isWritten = false
        var timer: Scheduled<Void>?
    }

    private var context: ChannelHandlerContext?
    private var waiting: [UInt64: Waiting] = [:]
    private var lastID: UInt64 = 0
    /// Why the connection is about to end, where somebody said so.
    private var farewell: DirtyCallError?

    /// Sends a call; gives its id, by which it can be cancelled, or nil if it has failed already.
    func send(
        _ call: DirtyCall,
        timeout: Duration?,
        limit: Int,
        completion: @escaping Completion
    ) -> UInt64? {
        lastID += 1
        let id = lastID
        do throws(DirtyCallError) {
            let frame = try RequestFrame.request(call, id: id, timeout: timeout, limit: limit)
            begin(id, Waiting(call: call, completion: completion), frame, call.attachments, within: timeout)
            return id
        } catch {
            completion(.failure(error))
            return nil
        }
    }

    /// Sends a message that has nothing but a type.
    func ask(_ kind: MessageKind, completion: @escaping Completion) {
        lastID += 1
        let frame = RequestFrame.message(kind, id: lastID)
        begin(lastID, Waiting(call: nil, completion: completion), frame, [], within: .seconds(10))
    }

    /// Ends a call for its caller and tells the host.
    func cancel(_ id: UInt64) {
        end(id) { waiting in
            DirtyCallError(.cancelled, "the call was cancelled", executed: waiting.isWritten ? .maybe : .no)
        }
    }

    private func begin(
        _ id: UInt64,
        _ call: Waiting,
        _ frame: [UInt8],
        _ attachments: [[UInt8]],
        within timeout: Duration?
    ) {
        guard let context else {
            call.completion(.failure(farewell ?? Self.lost(isWritten: false)))
            return
        }
        waiting[id] = call
        let loop = context.eventLoop.assumeIsolated()
        if let timeout {
            let patience = TimeAmount(timeout + BlockingDirtyClient.timeoutSlack)
            waiting[id]?.timer = loop.scheduleTask(in: patience) {
                self.end(id) { waiting in
                    DirtyCallError(
                        .timeout,
                        "the host gave no answer in time",
                        executed: waiting.isWritten ? .maybe : .no
                    )
                }
            }
        }
        for bytes in attachments.isEmpty ? [] : [frame] + attachments.dropLast() {
            context.write(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
        }
        let last = ByteBuffer(bytes: attachments.last ?? frame)
        context.writeAndFlush(wrapOutboundOut(last)).assumeIsolated().whenSuccess {
            self.waiting[id]?.isWritten = true
        }
    }

    /// Ends a call without the host's word, and tells the host that nobody waits any more.
    private func end(_ id: UInt64, _ error: (Waiting) -> DirtyCallError) {
        guard let call = waiting.removeValue(forKey: id) else { return }
        call.timer?.cancel()
        if let context, call.call != nil {
            let frame = RequestFrame.message(.cancel, id: id)
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: frame)), promise: nil)
        }
        call.completion(.failure(error(call)))
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
        for call in calls.values {
            call.timer?.cancel()
            var error = farewell ?? Self.lost(isWritten: call.isWritten)
            error.executed = call.isWritten ? .maybe : .no
            call.completion(.failure(error))
        }
        context.fireChannelInactive()
    }

    private func finish(_ id: UInt64, _ result: Result<DirtyResult, DirtyCallError>) {
        guard let call = waiting.removeValue(forKey: id) else { return }
        call.timer?.cancel()
        call.completion(result)
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
