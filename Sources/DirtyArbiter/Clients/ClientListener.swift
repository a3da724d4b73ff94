import CDirtyLink
import Glibc
import Logging
import NIOCore

/// Accepts clients on one socket, and turns away those who may not come.
///
/// Lives on the arbiter's event loop.
final class ClientListener: PollSource {
    /// Who may connect, besides root and the user that the arbiter runs as.
    enum Guests {
        /// Whoever the socket's permissions let in.
        case anyone
        /// These users only.
        case users([UInt32])
    }

    /// Connections that may wait to be accepted; the kernel's net.core.somaxconn bounds it too.
    private static let backlog: Int32 = 4096
    /// Accepted in one turn of the loop.
    private static let acceptsPerTurn = 16
    /// How long to wait when there is no descriptor for one more.
    private static let pause = TimeAmount.milliseconds(100)

    private let path: String
    private let socket: ClientHandler.Socket
    private let guests: Guests
    private unowned let loop: ArbiterLoop

    /// A listener on `listening`, whose descriptor it owns; it accepts nobody before it is started.
    ///
    /// - Throws: ``ArbiterError`` if the socket can't be listened on.
    init(
        _ listening: ListeningSocket,
        socket: ClientHandler.Socket,
        guests: Guests,
        loop: ArbiterLoop
    ) throws(ArbiterError) {
        path = listening.path
        self.socket = socket
        self.guests = guests
        self.loop = loop
        super.init(descriptor: listening.descriptor, on: loop.eventLoop)
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        guard listen(descriptor, Self.backlog) == 0 else {
            let reason = errorText()
            close()
            throw ArbiterError(.environment, "can't listen on \(path): \(reason)")
        }
    }

    override func happened(_ events: UInt32) {
        for _ in 0..<Self.acceptsPerTurn {
            let accepted = dirty_accept(descriptor)
            guard accepted >= 0 else {
                return events & DIRTY_POLL_HUNG_UP == 0 ? refused(-accepted) : shutDown()
            }
            welcome(accepted)
        }
    }

    private func welcome(_ accepted: Int32) {
        let peer = PeerCredentials(of: accepted)
        guard let peer, peer.mayCome(guests) else {
            loop.logger.warning(
                "Turned a client away: its user may not connect",
                metadata: ["uid": "\(peer?.uid ?? .max)", "pid": "\(peer?.pid ?? 0)", "socket": "\(path)"]
            )
            Glibc.close(accepted)
            return
        }
        do throws(ArbiterError) {
            try ClientHandler(descriptor: accepted, socket: socket, peer: peer, loop: loop).connect()
        } catch {
            loop.logger.error("Can't take a client in", metadata: ["error": "\(error.message)"])
        }
    }

    /// Somebody who has inherited the socket too has shut it down, for all and for ever.
    private func shutDown() {
        loop.logger.error(
            "Nobody can connect any more: the socket was shut down by another process",
            metadata: ["socket": "\(path)"]
        )
        // It would be told at every turn.
        park()
    }

    private func refused(_ reason: Int32) {
        switch reason {
        case EAGAIN, ECONNABORTED, EINTR:
            break
        default:
            // Too many descriptors, mostly: those who wait would be told of at every turn until some are free.
            loop.logger.error(
                "Can't accept a client; trying again soon",
                metadata: ["error": "\(errorText(reason))", "socket": "\(path)"]
            )
            wait(readable: false, writable: false)
            loop.eventLoop.assumeIsolated().scheduleTask(in: Self.pause) { [weak self] in
                self?.wait(readable: true, writable: false)
            }
        }
    }
}

/// The kernel's `struct ucred` (unix(7)), which Glibc's overlay doesn't show.
private struct KernelCredentials {
    var pid: pid_t = 0
    var uid: uid_t = 0
    var gid: gid_t = 0
}

/// Who is at the other end, as the kernel noted it when they connected (unix(7), SO_PEERCRED).
struct PeerCredentials {
    let uid: uid_t
    let pid: pid_t

    /// These.
    init(uid: uid_t, pid: pid_t) {
        self.uid = uid
        self.pid = pid
    }

    /// Those of the peer of `socket`; nil if the kernel doesn't tell.
    init?(of socket: Int32) {
        var found = KernelCredentials()
        var bytes = socklen_t(MemoryLayout<KernelCredentials>.size)
        guard getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &found, &bytes) == 0 else { return nil }
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
