import Glibc
import Logging
import NIOCore
import NIOPosix

/// Accepts clients on one socket, and turns away those who may not come.
struct ClientListener {
    /// Who may connect, besides root and the user that the arbiter runs as.
    enum Guests {
        /// Whoever the socket's permissions let in.
        case anyone
        /// These users only.
        case users([UInt32])
    }

    /// Begins accepting on `listening`, whose descriptor the returned channel owns.
    ///
    /// Call on the arbiter's event loop.
    static func start(
        _ listening: ListeningSocket,
        socket: ClientHandler.Socket,
        guests: Guests,
        loop: ArbiterLoop
    ) -> EventLoopFuture<any Channel> {
        let boundLoop = NIOLoopBound(loop, eventLoop: loop.eventLoop)
        let logger = loop.logger
        let streamBufferBytes = loop.configuration.streamBufferBytes
        let marks = ChannelOptions.Types.WriteBufferWaterMark(low: streamBufferBytes / 2, high: streamBufferBytes)
        return ServerBootstrap(group: loop.eventLoop)
            .serverChannelOption(.backlog, value: 4096)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.writeBufferWaterMark, value: marks)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let peer = try PeerCredentials(of: channel)
                    guard peer.mayCome(guests) else {
                        logger.warning(
                            "Turned a client away: its user may not connect",
                            metadata: ["uid": "\(peer.uid)", "pid": "\(peer.pid)", "socket": "\(listening.path)"]
                        )
                        throw PeerRefused()
                    }
                    let handler = ClientHandler(socket: socket, loop: boundLoop.value)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .withBoundSocket(listening.descriptor)
    }
}

/// Thrown so that the channel of a client who may not come is closed.
private struct PeerRefused: Error {}

/// The kernel's `struct ucred` (unix(7)), which Glibc's overlay doesn't show.
private struct KernelCredentials: Sendable {
    var pid: pid_t = 0
    var uid: uid_t = 0
    var gid: gid_t = 0
}

/// Who is at the other end, as the kernel noted it when they connected (unix(7), SO_PEERCRED).
private struct PeerCredentials {
    let uid: uid_t
    let pid: pid_t

    init(of channel: any Channel) throws {
        guard let provider = channel as? any SocketOptionProvider else { throw PeerRefused() }
        let future: EventLoopFuture<KernelCredentials> = provider.unsafeGetSocketOption(
            level: .socket,
            name: .init(rawValue: SO_PEERCRED)
        )
        var found: KernelCredentials?
        // On the channel's own loop the future is complete already.
        future.assumeIsolated().whenSuccess { found = $0 }
        guard let found else { throw PeerRefused() }
        uid = found.uid
        pid = found.pid
    }

    func mayCome(_ guests: ClientListener.Guests) -> Bool {
        switch guests {
        case .anyone: true
        case .users(let users): uid == 0 || uid == geteuid() || users.contains(uid)
        }
    }
}
