import DirtyWire
import NIOCore
import NIOPosix

/// A connection that any number of calls share, after its hello.
struct ClientConnection: Sendable {
    let channel: any Channel
    private let handler: NIOLoopBound<CallHandler>

    /// Connects to the host at `location` and says hello.
    static func connect(
        to location: HostLocation,
        on loop: any EventLoop
    ) -> EventLoopFuture<ClientConnection> {
        let descriptor: Int32
        do throws(DirtyCallError) {
            descriptor = try location.connect()
        } catch {
            return loop.makeFailedFuture(error)
        }
        return ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(
                        ByteToMessageHandler(ReplyDecoder()),
                        CallHandler()
                    )
                }
            }
            .withConnectedSocket(descriptor)
            .flatMap { channel in greet(channel) }
    }

    private static func greet(_ channel: any Channel) -> EventLoopFuture<ClientConnection> {
        let promise = channel.eventLoop.makePromise(of: DirtyResult.self)
        let handler: NIOLoopBound<CallHandler>
        do {
            handler = NIOLoopBound(
                try channel.pipeline.syncOperations.handler(type: CallHandler.self),
                eventLoop: channel.eventLoop
            )
        } catch {
            // The host was gone as soon as it was there.
            return channel.eventLoop.makeFailedFuture(
                DirtyCallError(.connection, "the host closed the connection at once", executed: .no)
            )
        }
        handler.value.ask(.hello) { promise.completeWith($0.mapError { $0 as any Error }) }
        return promise.futureResult
            .flatMapThrowing { result in
                let limits = try result.value()["limits"]
                if let bytes = limits?["max_frame_bytes"]?.intValue { handler.value.maxFrameBytes = bytes }
                if let calls = limits?["max_calls_per_connection"]?.intValue { handler.value.maxCalls = max(calls, 1) }
                return ClientConnection(channel: channel, handler: handler)
            }
            .flatMapErrorThrowing { error in
                channel.close(promise: nil)
                // Whatever it is, no call of the caller's has been sent.
                var error = error as? DirtyCallError ?? CallHandler.cause(error)
                error.executed = .no
                throw error
            }
    }

    /// Sends `call` and gives its result; cancelling the task cancels the call.
    func send(_ call: DirtyCall, timeout: Duration?) async throws(DirtyCallError) -> DirtyResult {
        let token = CallToken()
        let id = NIOLoopBoundBox<UInt64?>.makeEmptyBox(eventLoop: channel.eventLoop)
        return try await Self.result { completion in
            channel.eventLoop.execute {
                guard token.begin() else { return completion(.failure(.cancelledBeforeSent)) }
                id.value = handler.value.send(call, timeout: timeout, completion: completion)
            }
        } onCancel: {
            guard token.cancel() else { return }
            channel.eventLoop.execute {
                if let id = id.value { handler.value.cancel(id) }
            }
        }
    }

    /// Sends a message of `kind` and gives its answer.
    func ask(_ kind: MessageKind, app: String? = nil) async throws(DirtyCallError) -> DirtyResult {
        try await Self.result { completion in
            channel.eventLoop.execute { handler.value.ask(kind, app: app, completion: completion) }
        } onCancel: {
            // It is answered at once, or the connection is lost.
        }
    }

    private static func result(
        _ start: (@escaping CallHandler.Completion) -> Void,
        onCancel: @escaping @Sendable () -> Void
    ) async throws(DirtyCallError) -> DirtyResult {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                start { continuation.resume(returning: $0) }
            }
        } onCancel: {
            onCancel()
        }
        return try result.get()
    }
}
