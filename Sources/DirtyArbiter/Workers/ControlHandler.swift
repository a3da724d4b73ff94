import DirtyWire
import Glibc
import NIOCore

/// The arbiter's end of a worker's control socket: length-prefixed JSON messages, few and small.
///
/// Lives on the arbiter's event loop.
final class ControlHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The longest message a worker may send, in bytes; a manifest is the only one that isn't tiny.
    private static let limitBytes = 16 << 20

    private let descriptor: Int32
    private unowned let worker: WorkerProcess
    private var context: ChannelHandlerContext?
    private var partial = ByteBuffer()

    /// The control link of `worker` behind `descriptor`, which the channel owns.
    init(descriptor: Int32, worker: WorkerProcess) {
        self.descriptor = descriptor
        self.worker = worker
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        take(unwrapInboundIn(data))
    }

    func channelInactive(context: ChannelHandlerContext) {
        // The descriptor is closed, and its number may be a client's by the time that handlers are removed.
        self.context = nil
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The worker's exit, which follows, says what there is to say.
        context.close(promise: nil)
    }

    /// Sends a message.
    func send(_ message: JSONValue) {
        guard let context else { return }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: JSONFrame.encode(message))), promise: nil)
    }

    /// Takes in whatever the kernel holds for us right now.
    func drain() {
        while context != nil {
            var buffer = ByteBuffer()
            let count = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: 1 << 14) { space in
                max(0, retryingInterrupts { recv(descriptor, space.baseAddress, space.count, Int32(MSG_DONTWAIT)) })
            }
            guard count > 0 else { return }
            take(buffer)
        }
    }

    /// Closes our end: the worker's watchdog then kills its process group.
    func close() {
        // Let go at once: the descriptor is closed before `channelInactive` comes.
        let context = self.context
        self.context = nil
        context?.close(promise: nil)
    }

    private func take(_ buffer: ByteBuffer) {
        partial.writeImmutableBuffer(buffer)
        while let length = partial.getInteger(at: partial.readerIndex, as: UInt32.self) {
            guard length <= Self.limitBytes else {
                worker.controlBroke("a message of \(length) bytes")
                return
            }
            guard partial.readableBytes >= 4 + Int(length) else { break }
            partial.moveReaderIndex(forwardBy: 4)
            let message = partial.readSlice(length: Int(length)) ?? ByteBuffer()
            do {
                worker.received(try message.withUnsafeReadableBytes { try JSONValue(parsing: $0) })
            } catch {
                worker.controlBroke("a message that is not JSON")
                return
            }
        }
        partial.discardReadBytes()
    }
}
