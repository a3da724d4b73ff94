import Glibc

/// Opens Unix sockets.
enum UnixSocket {
    /// How an attempt to connect ended.
    enum Outcome {
        case connected(Int32)
        /// What was wrong, in words.
        case failed(String)
    }

    /// The kernel's `struct ucred`, which Glibc shows only to who defines `_GNU_SOURCE`.
    private struct PeerCredentials {
        var pid: Int32 = 0
        var uid: UInt32 = 0
        var gid: UInt32 = 0
    }

    /// Connects without ever waiting; a listener whose queue is full counts as one that doesn't answer.
    static func connect(to path: String) -> Outcome {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard !bytes.isEmpty else { return .failed("the path is empty") }
        guard !bytes.contains(0) else { return .failed("the path contains a NUL") }
        guard bytes.count < capacity else {
            return .failed("the path has \(bytes.count) bytes, and a socket's has at most \(capacity - 1)")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let descriptor = socket(
            AF_UNIX,
            Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue),
            0
        )
        guard descriptor >= 0 else { return .failed(reason(errno)) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else {
            let code = errno
            close(descriptor)
            return .failed(reason(code))
        }
        return .connected(descriptor)
    }

    /// Why the peer isn't to be trusted with calls; nil if it runs as this user or root.
    static func distrust(_ descriptor: Int32) -> String? {
        var credentials = PeerCredentials()
        var size = socklen_t(MemoryLayout<PeerCredentials>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0 else {
            return "who serves it can't be told: \(reason(errno))"
        }
        guard credentials.uid == getuid() || credentials.uid == 0 else {
            return
                "served by user \(credentials.uid), who isn't trusted unless the path is given with --socket or DIRTY_SOCKET"
        }
        return nil
    }

    /// What an error code means, with what it means for a host where the system's words don't say.
    static func reason(_ code: Int32) -> String {
        switch code {
        case ENOENT: "no such socket"
        case ECONNREFUSED: "nobody listens there any more"
        case EAGAIN: "too many connections wait to be accepted"
        case ENOTSOCK, EPROTOTYPE: "not a stream socket"
        default: String(cString: strerror(code))
        }
    }
}
