import Glibc

/// A Unix socket bound to its path, with its permissions set before anybody can connect.
struct ListeningSocket {
    /// The bound descriptor; whoever takes it closes it.
    let descriptor: Int32
    /// The path that it is bound to.
    let path: String
    /// Whether somebody else made it, and keeps it.
    let isInherited: Bool
    private var isRemoved = false

    /// Binds `path`, replacing a socket that nobody listens on any more.
    ///
    /// The caller holds the runtime lock, so a socket left in our own directory is a dead arbiter's; elsewhere it is
    /// tried first, and one that answers is somebody's.
    init(path: String, mode: UInt32, group: String?) throws(ArbiterError) {
        var address = sockaddr_un()
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard path.utf8.count < capacity else {
            throw ArbiterError(
                .configuration,
                "the socket path \(path) has \(path.utf8.count) bytes; the kernel takes at most \(capacity - 1). "
                    + "Name a shorter one by --socket or --runtime-dir"
            )
        }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }

        try Self.removeDeadSocket(at: path, address: &address)
        let made = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard made >= 0 else { throw ArbiterError(.environment, "can't make a socket: \(errorText())") }
        // The mode must hold from the moment the path exists: umask is what bind(2) goes by.
        let before = umask(0o777 & ~mode)
        let bound = Self.withAddress(&address) { bind(made, $0, $1) }
        let reason = errno
        umask(before)
        guard bound == 0 else {
            close(made)
            throw ArbiterError(
                .environment,
                "can't listen on \(path): \(errorText(reason)). Its folder must exist and be writable"
            )
        }
        descriptor = made
        self.path = path
        isInherited = false
        if let group {
            try setGroup(group)
        }
    }

    /// Takes over a socket that listens, or could, behind `descriptor`, which was handed to this process as `name`.
    init(inherited descriptor: Int32, as name: String) throws(ArbiterError) {
        guard let address = Self.address(of: descriptor) else {
            throw ArbiterError(
                .configuration,
                "descriptor \(descriptor), handed over as the \(name) socket, is no Unix stream socket with a path. "
                    + "Let the socket unit have ListenStream= with a path"
            )
        }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        self.descriptor = descriptor
        path = address
        isInherited = true
    }

    /// Takes the path away, unless somebody else keeps it; the descriptor stays whoever's it is.
    ///
    /// Does so once: the next time, another host's socket may stand there.
    mutating func remove() {
        guard !isInherited, !isRemoved else { return }
        isRemoved = true
        unlink(path)
    }

    /// Whether somebody has connected who hasn't been accepted.
    var hasWaiting: Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, 0) > 0 && request.revents & Int16(POLLIN) != 0
    }

    /// The path, or `@` and the abstract name, that a Unix stream socket is bound to; nil for anything else.
    static func address(of descriptor: Int32) -> String? {
        var type: Int32 = 0
        var typeBytes = socklen_t(MemoryLayout<Int32>.size)
        var address = sockaddr_un()
        var addressBytes = socklen_t(MemoryLayout<sockaddr_un>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &typeBytes) == 0,
            type == Int32(SOCK_STREAM.rawValue)
        else { return nil }
        let found = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &addressBytes) }
        }
        let count = Int(addressBytes) - MemoryLayout.offset(of: \sockaddr_un.sun_path)!
        guard found == 0, address.sun_family == sa_family_t(AF_UNIX), count > 0 else { return nil }
        return withUnsafeBytes(of: &address.sun_path) { bytes in
            // An abstract name begins with a NUL; a path ends with one.
            guard bytes[0] != 0 else { return "@" + String(decoding: bytes[1..<count], as: UTF8.self) }
            return String(decoding: bytes[..<count].prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    private func setGroup(_ group: String) throws(ArbiterError) {
        guard let number = UInt32(group) ?? Self.groupNumber(named: group) else {
            abandon()
            throw ArbiterError(.configuration, "dirty_socket_group: there is no group \(group) on this machine")
        }
        guard chown(path, uid_t.max, number) == 0 else {
            let reason = errorText()
            abandon()
            throw ArbiterError(.environment, "can't give \(path) to the group \(group): \(reason)")
        }
    }

    private func abandon() {
        close(descriptor)
        unlink(path)
    }

    private static func groupNumber(named name: String) -> UInt32? {
        getgrnam(name).map { $0.pointee.gr_gid }
    }

    private static func removeDeadSocket(at path: String, address: inout sockaddr_un) throws(ArbiterError) {
        var facts = stat()
        guard lstat(path, &facts) == 0 else { return }
        guard facts.st_mode & S_IFMT == S_IFSOCK else {
            throw ArbiterError(.configuration, "\(path) exists and is not a socket. Remove it, or name another path")
        }
        let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(probe) }
        if withAddress(&address, { connect(probe, $0, $1) }) == 0 {
            throw ArbiterError(.alreadyRunning, "another process listens on \(path). Stop it, or name another path")
        }
        unlink(path)
    }

    private static func withAddress<Result>(
        _ address: inout sockaddr_un,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
