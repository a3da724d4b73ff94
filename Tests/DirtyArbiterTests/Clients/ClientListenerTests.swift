import Glibc
import NIOCore
import TestSupport
import Testing

@testable import DirtyArbiter

@Suite("Listening for clients", .timeLimit(.minutes(1)))
struct ClientListenerTests {
    @Test("a socket that somebody has shut down is told of once, and takes no time after that")
    func shutDown() async throws {
        let folder = try TemporaryFolder()
        let lines = Diary<String>()
        let share = try await withArbiterLoop(logger: RecordingLog.logger(lines)) { loop in
            let socket = try ListeningSocket(path: folder.path + "/s", mode: 0o600, group: nil)
            let listener = try ClientListener(socket, socket: .calls, guests: .anyone, loop: loop)
            try listener.start()
            // As another process may that inherited it too.
            shutdown(listener.descriptor, Int32(SHUT_RDWR))
            return loop.eventLoop.busyShare()
        }
        #expect(lines.all == ["error Nobody can connect any more: the socket was shut down by another process"])
        #expect(share < 0.1)
    }
}
