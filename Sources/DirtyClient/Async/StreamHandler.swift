import DirtyWire
import NIOCore

/// Passes the chunks of the one stream on a connection to its reader, and reads no faster than the reader does.
///
/// Only touched on its event loop.
final class StreamHandler: ChannelInboundHandler {
    typealias InboundIn = Reply
    typealias OutboundOut = ByteBuffer

    /// Few, as a chunk may have megabytes; small ones come many at a time anyway.
    typealias Strategy = NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark
    typealias Producer = NIOThrowingAsyncSequenceProducer<DirtyResult, any Error, Strategy, StreamDemand>

    private let source: Producer.Source
    private var batch: [DirtyResult] = []
    private var isWanted = true
    /// Whether the kernel has taken all of the request; before that the host can't have run it.
    private var isWritten = false
    private var isEnded = false
    private var timer: Scheduled<Void>?
    private var context: ChannelHandlerContext?

    init(source: Producer.Source) {
        self.source = source
    }

    /// Sends the request that is answered by the stream.
    func send(_ frame: [UInt8], _ attachments: [[UInt8]], timeout: Duration?) {
        guard let context else { return finish(lost) }
        if let timeout {
            let patience = TimeAmount(timeout + BlockingDirtyClient.timeoutSlack)
            timer = context.eventLoop.assumeIsolated().scheduleTask(in: patience) {
                self.finish(DirtyCallError(.timeout, "the host gave no answer in time", executed: .maybe))
            }
        }
        for bytes in attachments.isEmpty ? [] : [frame] + attachments.dropLast() {
            context.write(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
        }
        let last = ByteBuffer(bytes: attachments.last ?? frame)
        context.writeAndFlush(wrapOutboundOut(last)).assumeIsolated().whenSuccess {
            self.isWritten = true
        }
        context.read()
    }

    /// The reader has taken what there was.
    func produceMore() {
        isWanted = true
        context?.read()
    }

    /// The reader wants no more; the host cancels the call with its connection.
    func abandon() {
        isEnded = true
        timer?.cancel()
        source.finish()
        context?.close(promise: nil)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data).contents {
        case .chunk(let chunk):
            batch.append(chunk)
        case .response(let result):
            if !result.isNull { batch.append(result) }
            finish(nil)
        case .end:
            finish(nil)
        case .error(let error):
            finish(error)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        guard !isEnded else { return }
        yieldBatch()
        if isWanted { context.read() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        finish(CallHandler.cause(error))
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish(lost)
        context.fireChannelInactive()
    }

    private func yieldBatch() {
        guard !batch.isEmpty else { return }
        switch source.yield(contentsOf: batch) {
        case .produceMore: isWanted = true
        case .stopProducing, .dropped: isWanted = false
        }
        batch.removeAll(keepingCapacity: true)
    }

    /// Ends the stream after what has come, and with it the connection.
    private func finish(_ error: DirtyCallError?) {
        guard !isEnded else { return }
        yieldBatch()
        isEnded = true
        timer?.cancel()
        if let error { source.finish(error) } else { source.finish() }
        context?.close(promise: nil)
    }

    private var lost: DirtyCallError {
        DirtyCallError(
            .connection,
            "the connection to the host was lost before the stream's end",
            executed: isWritten ? .maybe : .no
        )
    }
}
