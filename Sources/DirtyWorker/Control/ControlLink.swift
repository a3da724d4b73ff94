import CDirtyLink
import CDirtyWorker
import DirtyWire
import Glibc
import Synchronization

/// The control socket: frames of a 4-byte big-endian length and one JSON object.
///
/// One thread, the control thread, receives. Any thread may send.
final class ControlLink: @unchecked Sendable {
    // Unchecked: `input` and `descriptors` are touched by the control thread alone, and `sending` guards the socket's
    // other direction.
    private let socket: Int32
    private let sending = Mutex(())
    private var input: [UInt8] = []
    private var descriptors: [Int32] = []

    /// Bytes of a message at most: a worker's whole configuration fits many times.
    private static let maxMessageBytes = 64 << 20

    init(socket: Int32) {
        self.socket = socket
    }

    /// The next message; nil when the arbiter is gone.
    ///
    /// Waits for it.
    func receive() throws(LinkFault) -> JSONValue? {
        guard try fill(to: 4) else { return nil }
        let length = input[0..<4].reduce(0) { $0 << 8 | Int($1) }
        guard length <= Self.maxMessageBytes else {
            throw LinkFault("a control message says it has \(length) bytes")
        }
        guard try fill(to: 4 + length) else { return nil }
        let text = Array(input[4..<4 + length])
        input.removeFirst(4 + length)
        do {
            return try JSONValue(parsing: text)
        } catch {
            throw LinkFault("a control message is not JSON: \(error.message)")
        }
    }

    /// The descriptors that came with the messages received so far; the caller's from now on.
    func takeDescriptors() -> [Int32] {
        defer { descriptors = [] }
        return descriptors
    }

    /// Sends `message`.
    ///
    /// An arbiter that is gone isn't told; the watchdog sees to it.
    func send(_ message: JSONValue) {
        let body = message.serialized()
        var frame: [UInt8] = []
        frame.reserveCapacity(4 + body.count)
        for shift in [24, 16, 8, 0] {
            frame.append(UInt8(truncatingIfNeeded: body.count >> shift))
        }
        frame.append(contentsOf: body)
        sending.withLock { _ in
            frame.withUnsafeMutableBytes { bytes in
                var piece = iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
                _ = dirty_io_send_all(socket, &piece, 1)
            }
        }
    }

    /// Receives until `count` bytes are in `input`; false if the stream ends before.
    private func fill(to count: Int) throws(LinkFault) -> Bool {
        while input.count < count {
            var fds = [Int32](repeating: -1, count: Int(DIRTY_SOCKET_MAX_FDS))
            var fdCount: Int32 = 0
            var received = 0
            let piece = [UInt8](unsafeUninitializedCapacity: max(4096, count - input.count)) { buffer, size in
                received = dirty_recv_with_fds(
                    socket,
                    buffer.baseAddress,
                    buffer.count,
                    &fds,
                    Int32(fds.count),
                    &fdCount
                )
                size = max(received, 0)
            }
            // A reset is how the arbiter's death looks if it left something unread.
            if received == 0 || received == -Int(ECONNRESET) { return false }
            guard received > 0 else {
                throw LinkFault("the control socket can't be read: \(String(errorNumber: Int32(-received)))")
            }
            descriptors.append(contentsOf: fds[0..<Int(fdCount)])
            input.append(contentsOf: piece)
        }
        return true
    }
}
