import DirtyWire
import NIOCore
import NIOPosix

/// A connection that any number of calls share, after its hello.
struct ClientConnection: Sendable {
    let channel: any Channel
    private let handler: NIOLoopBound<CallHandler>
    private let agreement: SharingAgreement

    /// Connects to the host at `location` and says hello.
    static func connect(
        to location: HostLocation,
        sharing: MemorySharing,
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
            .flatMap { channel in greet(channel, sharing) }
    }

    private static func greet(_ channel: any Channel, _ sharing: MemorySharing) -> EventLoopFuture<ClientConnection> {
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
        handler.value.ask(.hello, asksForMemory: sharing.isOn) {
            promise.completeWith($0.mapError { $0 as any Error })
        }
        return promise.futureResult
            .flatMapThrowing { result in
                let greeting = try result.value()
                let limits = greeting["limits"]
                if let bytes = limits?["max_frame_bytes"]?.intValue { handler.value.maxFrameBytes = bytes }
                if let calls = limits?["max_calls_per_connection"]?.intValue { handler.value.maxCalls = max(calls, 1) }
                return ClientConnection(
                    channel: channel,
                    handler: handler,
                    agreement: SharingAgreement(SharingTerms(greeting: greeting, sharing))
                )
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
    ///
    /// Memory that the host can't use is sent after all, and so is all that comes later.
    func send(_ call: DirtyCall, timeout: Duration?) async throws(DirtyCallError) -> DirtyResult {
        do throws(DirtyCallError) {
            return try await sendOnce(call, timeout: timeout)
        } catch {
            guard error.isAboutSharedMemory else { throw error }
            agreement.end()
            return try await sendOnce(call, timeout: timeout)
        }
    }

    private func sendOnce(_ call: DirtyCall, timeout: Duration?) async throws(DirtyCallError) -> DirtyResult {
        // Here and not on the event loop, where copying would hold up the others.
        let parcel = Parcel(call, agreement.terms)
        let token = CallToken()
        let id = NIOLoopBoundBox<UInt64?>.makeEmptyBox(eventLoop: channel.eventLoop)
        var result = try await Self.result { completion in
            channel.eventLoop.execute {
                guard token.begin() else { return completion(.failure(.cancelledBeforeSent)) }
                id.value = handler.value.send(call, parcel, timeout: timeout, completion: completion)
            }
        } onCancel: {
            guard token.cancel() else { return }
            channel.eventLoop.execute {
                if let id = id.value { handler.value.cancel(id) }
            }
        }
        try result.fetchAttachments(from: parcel.area)
        return result
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
