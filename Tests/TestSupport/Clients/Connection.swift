import DirtyWire
import Glibc

/// A client's connection, made of plain blocking system calls: it sends whatever bytes a test likes.
public final class Connection: Sendable {
    /// The socket, for tests that set options on it.
    public let descriptor: Int32

    /// Connects to the socket at `path`.
    public init(to path: String) throws {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        let descriptor = descriptor
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { throw TestFailure("can't connect to \(path): \(String(cString: strerror(errno)))") }
    }

    deinit {
        close(descriptor)
    }

    /// Sends all of `bytes`, waiting for room where there is none.
    public func send(_ bytes: [UInt8], within seconds: Double = 30) throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            }
            if count > 0 {
                sent += count
            } else if errno == EAGAIN {
                guard Poll.isReady(descriptor, for: Int16(POLLOUT), by: deadline) else {
                    throw TestFailure("\(bytes.count - sent) bytes could not be sent in \(seconds) s")
                }
            } else if errno != EINTR {
                throw TestFailure("can't send: \(String(cString: strerror(errno)))")
            }
        }
    }

    /// The next bytes, at most `count`; empty at the end of the stream.
    public func receive(upTo count: Int, by deadline: ContinuousClock.Instant) throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: count)
        while true {
            guard Poll.isReady(descriptor, for: Int16(POLLIN), by: deadline) else {
                throw TestFailure("nothing came in time")
            }
            let received = recv(descriptor, &buffer, count, Int32(MSG_DONTWAIT))
            if received >= 0 { return Array(buffer[..<received]) }
            // What the host had not read when it closed shows as a reset: the end all the same.
            if errno == ECONNRESET { return [] }
            guard errno == EINTR || errno == EAGAIN else {
                throw TestFailure("can't receive: \(String(cString: strerror(errno)))")
            }
        }
    }

    /// Exactly `count` bytes.
    public func receive(_ count: Int, within seconds: Double = 30) throws -> [UInt8] {
        let deadline = ContinuousClock.now + .seconds(seconds)
        var bytes: [UInt8] = []
        while bytes.count < count {
            let piece = try receive(upTo: min(count - bytes.count, 1 << 20), by: deadline)
            guard !piece.isEmpty else {
                throw TestFailure("the connection ended after \(bytes.count) of \(count) bytes")
            }
            bytes += piece
        }
        return bytes
    }

    /// Whether the host ends the connection, with nothing more to say, before `seconds` have passed.
    public func isEnded(within seconds: Double = 30) -> Bool {
        (try? receive(upTo: 1, by: .now + .seconds(seconds)))?.isEmpty ?? false
    }

    /// Says that nothing more will be sent.
    public func endSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Goes away.
    public func disconnect() {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }
}
