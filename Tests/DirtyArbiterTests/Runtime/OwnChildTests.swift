import Glibc
import Testing

@testable import DirtyArbiter

@Suite("Children of others", .serialized)
struct OwnChildTests {
    /// Starts a process that ends at once.
    private func spawn() throws -> pid_t {
        var pid: pid_t = 0
        let argv: [UnsafeMutablePointer<CChar>?] = [strdup("true"), nil]
        defer { free(argv[0]) }
        try #require(posix_spawnp(&pid, "true", nil, nil, argv, environ) == 0)
        return pid
    }

    /// Waits until the process has ended, and leaves it to be reaped.
    private func awaitEnd(of pid: pid_t) {
        var facts = siginfo_t()
        while waitid(P_PID, id_t(pid), &facts, WEXITED | WNOWAIT) == -1, errno == EINTR {}
    }

    @Test("are reaped, but never one of ours, nor anything while one of ours may be starting")
    func reaping() throws {
        let own = OwnChild()
        let stranger = try spawn()
        awaitEnd(of: stranger)
        #expect(OwnChild.reapStrangers() == [])
        let pid = try spawn()
        own.started(pid)
        awaitEnd(of: pid)
        // The kernel tells of ended children one at a time, ours perhaps first.
        #expect(!OwnChild.reapStrangers().contains(pid))
        #expect(waitpid(pid, nil, 0) == pid)
        own.ended()
        _ = OwnChild.reapStrangers()
        #expect(waitpid(stranger, nil, WNOHANG) == -1)
    }
}
