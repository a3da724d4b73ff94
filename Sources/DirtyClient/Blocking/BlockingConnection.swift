import DirtyWire
import Glibc
import Synchronization

/// A connected socket and what has been read from it.
///
/// One thread at a time reads and sends requests: the one whose call has the connection checked out. Any thread may cancel.
// @unchecked: the input and the terms are only touched by the thread that has checked the connection out, which the client's lock hands over;
// writing is guarded by a lock of its own; the rest doesn't change.
final class BlockingConnection: @unchecked Sendable {
    private let descriptor: Int32
    private let output = Mutex(Output())
    /// Whether a hello has said whether memory may be shared, and what the host has granted; nil if all bytes are sent.
    var hasAskedForMemory = false
    var terms: SharingTerms?
    private var input: [UInt8] = []
    private var inputStart = 0

    private struct Output {
        /// Whether a write was cut short: nothing more can be said on this connection.
        var isBroken = false
        /// Whether a frame follows the last request, so that what the host left unread tells nothing about it.
        var hasSentMore = false
    }

    private static let readBytes = 64 * 1024

    /// A connection over `descriptor`, a stream socket that doesn't block; it is closed with the connection.
    init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Whether the host still holds its end and has sent nothing unasked.
    var isIdle: Bool {
        guard inputStart == input.count, !output.withLock({ $0.isBroken }) else { return false }
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, Int32(MSG_PEEK)) < 0 && errno == EAGAIN
    }

    /// Sends a request and its attachments.
    ///
    /// A failure means that the host can't have had the whole of it, so that it has not run.
    func send(_ frame: [UInt8], attachments: [[UInt8]], by deadline: Deadline) throws(DirtyCallError) {
        let problem: DirtyCallError? = output.withLock { output in
            output.hasSentMore = false
            var problem = output.isBroken ? lost("was lost", executed: .no) : write(frame, by: deadline)
            for attachment in attachments where problem == nil {
                problem = write(attachment, by: deadline)
            }
            if problem != nil { output.isBroken = true }
            return problem
        }
        if let problem { throw problem }
    }

    /// What the host said last, if it closed the connection while a request was being sent: why it wouldn't have it.
    func farewell() -> DirtyCallError? {
        guard case .error(let error) = try? receive(by: .after(.seconds(1))).contents else { return nil }
        return error
    }

    /// Sends a `cancel`, from any thread; without effect once the connection is lost.
    func sendCancel(of id: UInt64) {
        output.withLock { output in
            guard !output.isBroken else { return }
            output.hasSentMore = true
            // A host that reads nothing for a second is not going to heed it either.
            if write(RequestFrame.message(.cancel, id: id), by: .after(.seconds(1))) != nil { output.isBroken = true }
        }
    }

    /// Waits for the next reply.
    func receive(by deadline: Deadline) throws(DirtyCallError) -> Reply {
        let header = try read(JSONFrame.headerBytes, by: deadline)
        let length = header.withUnsafeBytes { JSONFrame.decodeLength($0) }
        guard length <= RequestFrame.largestBytes else { throw Reply.notUnderstood("a frame of \(length) bytes") }
        let text = try read(length, by: deadline)
        // `withUnsafeBytes` passes on no typed error.
        let (head, places) = try text.withUnsafeBytes { bytes in
            Result { () throws(DirtyCallError) in try Reply.head(scanning: bytes) }
        }.get()
        var attachments: [[UInt8]] = []
        for place in places {
            attachments.append(try read(place.inlineBytes, by: deadline))
        }
        return try text.withUnsafeBytes { bytes in
            Result { () throws(DirtyCallError) in
                try Reply(head, text: bytes, places: places, attachments: attachments)
            }
        }.get()
    }

    private func write(_ bytes: [UInt8], by deadline: Deadline) -> DirtyCallError? {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.send(descriptor, buffer.baseAddress! + sent, buffer.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 {
                sent += count
            } else if errno == EAGAIN {
                guard wait(for: POLLOUT, by: deadline) else {
                    return DirtyCallError(.timeout, "the host didn't take the request in time", executed: .no)
                }
            } else if errno != EINTR {
                return lost("was lost while the request was sent (\(UnixSocket.reason(errno)))", executed: .no)
            }
        }
        return nil
    }

    private func read(_ count: Int, by deadline: Deadline) throws(DirtyCallError) -> [UInt8] {
        if input.count - inputStart >= count { return take(count) }
        var bytes = take(input.count - inputStart)
        // Memory grows with what comes, not with what a length promises.
        bytes.reserveCapacity(min(count, 1 << 20))
        while bytes.count < count {
            let chunk = try readSome(by: deadline)
            let wanted = min(count - bytes.count, chunk.count)
            bytes.append(contentsOf: chunk[..<wanted])
            if wanted < chunk.count {
                input = Array(chunk[wanted...])
                inputStart = 0
            }
        }
        return bytes
    }

    private func take(_ count: Int) -> [UInt8] {
        let bytes = Array(input[inputStart..<inputStart + count])
        inputStart += count
        return bytes
    }

    private func readSome(by deadline: Deadline) throws(DirtyCallError) -> [UInt8] {
        while true {
            var code: Int32 = 0
            let chunk = [UInt8](unsafeUninitializedCapacity: Self.readBytes) { buffer, count in
                let received = recv(descriptor, buffer.baseAddress!, buffer.count, 0)
                code = received < 0 ? errno : 0
                count = max(received, 0)
            }
            switch code {
            case 0 where chunk.isEmpty:
                throw lost("was closed by the host before the call was answered", executed: .maybe)
            case 0:
                return chunk
            case EINTR:
                continue
            case EAGAIN:
                guard wait(for: POLLIN, by: deadline) else {
                    throw DirtyCallError(.timeout, "the host gave no answer in time", executed: .maybe)
                }
            case ECONNRESET where !output.withLock({ $0.hasSentMore }):
                // The kernel says so only if the host's end was closed with bytes of ours unread: it never had the whole call.
                throw lost("was closed before the host had read the call", executed: .no)
            default:
                throw lost("was lost (\(UnixSocket.reason(code)))", executed: .maybe)
            }
        }
    }

    /// Whether the socket became ready, or has failed, before the deadline.
    private func wait(for events: Int32, by deadline: Deadline) -> Bool {
        while true {
            var request = pollfd(fd: descriptor, events: Int16(events), revents: 0)
            let ready = poll(&request, 1, deadline.pollMilliseconds)
            if ready > 0 { return true }
            if ready == 0, deadline.hasPassed { return false }
        }
    }

    private func lost(_ what: String, executed: Executed) -> DirtyCallError {
        DirtyCallError(.connection, "the connection to the host \(what)", executed: executed)
    }
}
