import DirtyWire
import NIOCore
import NIOPosix

/// Opens streams, each on a connection of its own.
struct StreamOpener: Sendable {
    let location: HostLocation
    let retry: RetryPolicy
    let group: any EventLoopGroup

    /// Sends `call` and gives its chunks as they come.
    ///
    /// The host reads the request whether or not anybody reads the chunks yet.
    func open(_ call: DirtyCall, timeout: Duration?) async throws(DirtyCallError) -> StreamHandler.Producer {
        // A stream's connection says no hello, and so shares nothing.
        let parcel = Parcel(call, nil)
        let frame = try RequestFrame.request(call, parcel, id: 1, timeout: timeout)
        let descriptor = try location.connect()
        let demand = StreamDemand()
        let producer = StreamHandler.Producer.makeSequence(
            backPressureStrategy: StreamHandler.Strategy(lowWatermark: 1, highWatermark: 4),
            finishOnDeinit: false,
            delegate: demand
        )
        let source = producer.source
        do {
            try await ClientBootstrap(group: group.any())
                .channelOption(.autoRead, value: false)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandlers(
                            ByteToMessageHandler(ReplyDecoder()),
                            StreamHandler(source: source)
                        )
                    }
                }
                .withConnectedSocket(descriptor)
                .flatMapThrowing { channel in
                    let handler = try channel.pipeline.syncOperations.handler(type: StreamHandler.self)
                    let bound = NIOLoopBound(handler, eventLoop: channel.eventLoop)
                    guard demand.connected(bound, channel.eventLoop) else { return handler.abandon() }
                    handler.send(frame, parcel.sent, timeout: timeout)
                }
                .get()
        } catch {
            source.finish()
            throw DirtyCallError(.connection, "the connection to the host failed: \(error)", executed: .no)
        }
        return producer.sequence
    }
}
