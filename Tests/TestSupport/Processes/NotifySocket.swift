import Glibc

/// The socket of a service manager that a test plays: takes the notes of a process.
public final class NotifySocket: Sendable {
    /// What `NOTIFY_SOCKET` says.
    public let name: String

    private let descriptor: Int32

    /// Listens on `name`: a path, or `@` and an abstract name.
    public init(_ name: String) throws {
        self.name = name
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var path = Array(name.utf8)
        if name.hasPrefix("@") { path[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        let descriptor = descriptor
        let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        guard result == 0 else { throw TestFailure("can't bind \(name): \(String(cString: strerror(errno)))") }
    }

    deinit {
        close(descriptor)
    }

    /// The lines of the next note.
    public func receive(within seconds: Double = 30) throws -> [String] {
        guard Poll.isReady(descriptor, for: Int16(POLLIN), by: .now + .seconds(seconds)) else {
            throw TestFailure("no note came to \(name) in \(seconds) s")
        }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// The next note that has `line` among its lines, those before being passed over.
    @discardableResult
    public func wait(for line: String, within seconds: Double = 30) throws -> [String] {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while true {
            let note = try receive(within: max(0, (deadline - .now) / .seconds(1)))
            if note.contains(line) { return note }
        }
    }
}
