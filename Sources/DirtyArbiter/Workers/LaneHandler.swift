import ArbiterCore
import DirtyWire
import Glibc
import NIOCore

/// The arbiter's end of one lane: writes requests, and cuts what comes back into reply frames.
///
/// Lives on the arbiter's event loop.
final class LaneHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Which lane it is.
    let lane: LaneID
    private let descriptor: Int32
    private unowned let loop: ArbiterLoop
    private var context: ChannelHandlerContext?
    private var partial: ByteBuffer?

    /// The lane behind `descriptor`, which the channel owns.
    init(lane: LaneID, descriptor: Int32, loop: ArbiterLoop) {
        self.lane = lane
        self.descriptor = descriptor
        self.loop = loop
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

    func channelReadComplete(context: ChannelHandlerContext) {
        loop.flushClients()
    }

    func channelInactive(context: ChannelHandlerContext) {
        // The descriptor is closed, and its number may be a client's by the time that handlers are removed.
        self.context = nil
        loop.laneClosed(lane)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A worker that dies with unread bytes resets the connection; its exit says all there is to say.
        context.close(promise: nil)
    }

    /// Writes a request.
    func send(_ pieces: [ByteBuffer]) {
        guard let context else { return }
        for piece in pieces {
            context.write(wrapOutboundOut(piece), promise: nil)
        }
        context.flush()
    }

    /// Stops reading, or goes on.
    func setReading(_ reads: Bool) {
        guard let context else { return }
        // Fails only on a closed channel, which reads nothing anyway.
        try? context.channel.syncOptions?.setOption(.autoRead, value: reads)
    }

    /// Takes in whatever the kernel holds for us right now, without waiting for the event loop's next turn.
    func drain() {
        while context != nil {
            var buffer = ByteBufferAllocator().buffer(capacity: 1 << 16)
            let count = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: 1 << 16) { space in
                max(0, retryingInterrupts { recv(descriptor, space.baseAddress, space.count, Int32(MSG_DONTWAIT)) })
            }
            guard count > 0 else { return }
            take(buffer)
        }
    }

    /// Closes our end, which tells the worker to end the lane.
    func close() {
        // Let go at once: the descriptor is closed before `channelInactive` comes.
        let context = self.context
        self.context = nil
        context?.close(promise: nil)
    }

    private func take(_ buffer: ByteBuffer) {
        if partial == nil {
            partial = buffer
        } else {
            partial?.writeImmutableBuffer(buffer)
        }
        while let frame = nextFrame() {
            loop.laneReplied(lane, frame)
        }
    }

    private func nextFrame() -> LaneFrame? {
        guard var buffer = partial, buffer.readableBytes >= LaneReplyHeader.bytes else { return nil }
        let header = buffer.withUnsafeReadableBytes {
            LaneReplyHeader(decoding: UnsafeRawBufferPointer(rebasing: $0.prefix(LaneReplyHeader.bytes)))
        }
        guard let header, let payloadBytes = header.payloadBytes else {
            loop.laneBroke(lane)
            partial = nil
            return nil
        }
        let total = LaneReplyHeader.bytes + payloadBytes
        guard buffer.readableBytes >= total else {
            // Room for the whole frame at once: what follows is copied in once and never moved. In memory of its own: what
            // was read with the end of the frame before would keep all of that.
            if buffer.readerIndex > 0 { buffer = ByteBuffer(bytes: buffer.readableBytesView) }
            partial = nil
            buffer.reserveCapacity(minimumWritableBytes: total - buffer.readableBytes)
            partial = buffer
            return nil
        }
        buffer.moveReaderIndex(forwardBy: LaneReplyHeader.bytes)
        var sizes: [Int] = []
        for _ in 0..<header.attachmentCount {
            sizes.append(Int(clamping: buffer.readInteger(endianness: .little, as: UInt64.self) ?? 0))
        }
        let body = buffer.readSlice(length: Int(header.bodyBytes)) ?? ByteBuffer()
        let attachments = buffer.readSlice(length: Int(header.attachmentBytes))
        partial = buffer.readableBytes > 0 ? buffer : nil
        return LaneFrame(header: header, attachmentSizes: sizes, body: body, attachments: attachments)
    }
}
