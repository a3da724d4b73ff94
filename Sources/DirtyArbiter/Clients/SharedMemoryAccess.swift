import DirtyWire
import Glibc

/// Whether a client may share memory with workers: bytes that neither it nor the arbiter writes to a socket.
///
/// A worker opens such memory as `/proc/PID/fd/N`, `PID` being who the kernel says has connected. It may do so for
/// processes of its own user only, and can for those whose `/proc` it sees.
struct SharedMemoryAccess {
    /// The client's process, by which workers find its descriptors.
    let process: pid_t
    /// Whether the client has asked, with its hello, and was told that it may.
    private(set) var isGranted = false

    private let user: uid_t
    private let socket: ClientHandler.Socket

    /// From this size on an attachment is cheaper to share than to send.
    static let worthwhileBytes = 256 << 10

    /// The access of `peer`, who came by `socket`.
    init(of peer: PeerCredentials, socket: ClientHandler.Socket) {
        process = peer.pid
        user = peer.uid
        self.socket = socket
    }

    /// Answers a client that asks: what it must know, or why it may not.
    mutating func request() -> JSONValue {
        let obstacle = obstacle
        isGranted = obstacle == nil
        if let obstacle { return ["granted": false, "why": .string(obstacle)] }
        return [
            "granted": true, "pid": .int(Int64(process)), "worthwhile_bytes": JSONValue(Self.worthwhileBytes),
            "alignment": JSONValue(SharedMemory.alignment),
        ]
    }

    /// Why the client of `message`, a request, may not share the memory that it does; nil if it may, or shares none.
    func problem(sharing memory: LaneSharedMemory?) -> ProtocolError? {
        guard memory != nil, !isGranted else { return nil }
        return ProtocolError(
            .notAllowed,
            "memory is shared only after a hello with \"shared_memory\":true whose answer grants it, on the same connection"
        )
    }

    /// Why no worker could open the client's descriptors, as a sentence; nil if they can.
    private var obstacle: String? {
        guard socket == .calls else { return "memory is shared on the socket for calls only" }
        guard process != 0 else { return "the client's process is in a namespace that the host doesn't see" }
        guard user == geteuid() else {
            return "the client runs as user \(user) and the host as \(geteuid()): memory is shared within one user only"
        }
        guard Self.link("/proc/self") == String(getpid()) else { return "the host has no /proc of its own processes" }
        // What opening a descriptor needs: to be allowed to look into the process.
        guard Self.link("/proc/\(process)/ns/pid") != nil else {
            return "the host may not look into process \(process): \(String(cString: strerror(errno)))"
        }
        return nil
    }

    /// Where the symbolic link at `path` leads; nil if there is none that may be read.
    private static func link(_ path: String) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let start = buffer.baseAddress else { return nil }
            let count = readlink(path, start, buffer.count)
            guard count >= 0 else { return nil }
            return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
        }
    }
}
