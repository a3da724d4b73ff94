import Glibc
import NIOCore

/// Sends notes to the service manager; each is a datagram, and none is waited for.
struct ServiceNotifier: ~Copyable {
    /// A thing to tell.
    enum Note {
        /// The service is up, or again in order after a reload.
        case ready
        /// A reload begins.
        case reloading
        /// A stop begins.
        case stopping
        /// A sign of life for the watchdog.
        case alive
        /// How it goes, for people; one line.
        case status(String)

        /// The note's lines.
        var text: String {
            switch self {
            case .ready: "READY=1"
            case .reloading: "RELOADING=1\nMONOTONIC_USEC=\(Self.monotonicMicroseconds())"
            case .stopping: "STOPPING=1"
            case .alive: "WATCHDOG=1"
            case .status(let text): "STATUS=\(text)"
            }
        }

        private static func monotonicMicroseconds() -> Int {
            Int(NIODeadline.now().uptimeNanoseconds / 1000)
        }
    }

    private let descriptor: Int32

    /// Connects to the socket that `manager` listens on.
    init(_ manager: ServiceManager) throws(ArbiterError) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var path = Array(manager.notifySocket.utf8)
        guard path.count < MemoryLayout.size(ofValue: address.sun_path), path.first == 0x2F || path.first == 0x40 else {
            throw ArbiterError(
                .environment,
                "NOTIFY_SOCKET is '\(manager.notifySocket)', which is neither an absolute path nor an abstract name, or is "
                    + "too long. Unset it to start without a service manager"
            )
        }
        // An abstract name is written with an at sign, and begins with a NUL.
        if path[0] == UInt8(ascii: "@") { path[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let flags = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let made = socket(AF_UNIX, flags, 0)
        guard made >= 0 else { throw ArbiterError(.environment, "can't make a socket: \(errorText())") }
        // Exactly the name: zeros behind it would be part of an abstract one.
        let length = socklen_t(MemoryLayout.offset(of: \sockaddr_un.sun_path)! + path.count)
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(made, $0, length) }
        }
        guard connected == 0 else {
            let reason = errorText()
            close(made)
            throw ArbiterError(
                .environment,
                "can't reach the service manager at \(manager.notifySocket) (NOTIFY_SOCKET): \(reason). "
                    + "Unset it to start without one"
            )
        }
        descriptor = made
    }

    deinit {
        close(descriptor)
    }

    /// Sends `notes` in one datagram; one that the manager has no room for is lost.
    func send(_ notes: Note...) {
        let text = notes.map(\.text).joined(separator: "\n")
        _ = text.withCString { Glibc.send(descriptor, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
    }
}
