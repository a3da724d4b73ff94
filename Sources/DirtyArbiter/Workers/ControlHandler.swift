import DirtyWire
import NIOCore

/// The arbiter's end of a worker's control socket: length-prefixed JSON messages, few and small.
///
/// Closing it has the worker's watchdog kill its process group. Lives on the arbiter's event loop.
final class ControlHandler: StreamSocket {
    /// The longest message a worker may send, in bytes; a manifest is the only one that isn't tiny.
    private static let limitBytes = 16 << 20

    private unowned let worker: WorkerProcess
    private var partial = ByteBuffer()

    /// The control link of `worker` behind `descriptor`, which it owns.
    init(descriptor: Int32, worker: WorkerProcess) {
        self.worker = worker
        super.init(descriptor: descriptor, on: worker.loop.eventLoop)
    }

    /// Sends a message.
    func send(_ message: JSONValue) {
        write(ByteBuffer(bytes: JSONFrame.encode(message)))
        // At once: what is done to the worker next, such as closing its lanes, is to be seen after it.
        flush()
    }

    override func received(_ bytes: UnsafeRawBufferPointer) {
        partial.writeBytes(bytes)
        take()
    }

    override func inputEnded() {
        // The worker's exit, which follows, says what there is to say.
        close()
    }

    private func take() {
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
