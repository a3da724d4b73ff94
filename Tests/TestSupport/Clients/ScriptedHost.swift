import DirtyWire
import Foundation
import Glibc
import Synchronization

/// Something that listens at a socket and does what a test's script says, each connection on a thread of its own.
public final class ScriptedHost: Sendable {
    /// Where it listens.
    public let socketPath: String
    /// What clients have sent, over all connections.
    public let log = MessageLog()

    private let listener: Int32
    private let isListening = Mutex(true)

    /// Listens at `dirty.sock` in `folder` and runs `script` for every connection; a connection ends with its script.
    ///
    /// What a script throws is taken for the client's having gone.
    public init(
        in folder: TemporaryFolder,
        script: @escaping @Sendable (ScriptedConnection) throws -> Void
    ) throws {
        let path = folder.path + "/dirty.sock"
        unlink(path)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0, listen(listener, 128) == 0 else {
            throw TestFailure("can't listen at \(path): \(String(cString: strerror(errno)))")
        }
        self.listener = listener
        socketPath = path
        let log = log
        Thread {
            var number = 0
            while true {
                let descriptor = accept(listener, nil, nil)
                guard descriptor >= 0 else { break }
                let current = number
                number += 1
                Thread { try? script(ScriptedConnection(descriptor, number: current, log: log)) }.start()
            }
            close(listener)
        }.start()
    }

    /// Stops listening and removes the socket; connections that are open stay so.
    public func stop() {
        // Once: by a second time another host may listen at the path.
        guard isListening.withLock({ exchange(&$0, with: false) }) else { return }
        unlink(socketPath)
        shutdown(listener, Int32(SHUT_RDWR))
    }

    deinit {
        stop()
    }
}

/// The host's end of a connection in a script.
public final class ScriptedConnection {
    /// Which of the host's connections it is, counted from 0.
    public let number: Int

    private let descriptor: Int32
    private let log: MessageLog

    init(_ descriptor: Int32, number: Int, log: MessageLog) {
        self.descriptor = descriptor
        self.number = number
        self.log = log
    }

    deinit {
        Glibc.close(descriptor)
    }

    /// The next frame's JSON text.
    public func frame() throws -> [UInt8] {
        let header = try bytes(JSONFrame.headerBytes)
        return try bytes(header.withUnsafeBytes { JSONFrame.decodeLength($0) })
    }

    /// The next message, which is logged.
    public func message() throws -> JSONValue {
        let message = try JSONValue(parsing: frame())
        log.add(message)
        return message
    }

    /// The next `count` bytes.
    public func bytes(_ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let received = bytes.withUnsafeMutableBytes {
                recv(descriptor, $0.baseAddress! + filled, count - filled, 0)
            }
            guard received > 0 else { throw TestFailure("the client has gone") }
            filled += received
        }
        return bytes
    }

    /// Sends `json` as a frame, and `attachments` after it.
    public func send(_ json: String, attachments: [[UInt8]] = []) throws {
        let text = Array(json.utf8)
        let header = (0..<4).map { UInt8(truncatingIfNeeded: text.count >> (24 - 8 * $0)) }
        try send(header + text + attachments.joined())
    }

    /// Sends bytes as they are.
    public func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw TestFailure("the client has gone") }
            sent += count
        }
    }

    /// Whether the client, for `milliseconds`, takes nothing more of what has been sent.
    public func isFull(for milliseconds: Int32) -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&request, 1, milliseconds) == 0
    }

    /// Whether the client, for `milliseconds`, sends nothing.
    public func isSilent(for milliseconds: Int32) -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, milliseconds) == 0
    }

    /// Ends the connection now rather than with the script, and counts that as a message: `"ended"`.
    public func end() {
        shutdown(descriptor, Int32(SHUT_RDWR))
        log.add("ended")
    }

    /// Returns when the client has closed its end, and counts that as a message: `"gone"`.
    public func waitForEnd() {
        var byte: UInt8 = 0
        while recv(descriptor, &byte, 1, 0) > 0 {}
        log.add("gone")
    }
}
