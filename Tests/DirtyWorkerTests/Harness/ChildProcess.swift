import Foundation
import Glibc

/// A process that a test has started, in a process group of its own.
final class ChildProcess {
    /// Its id.
    let pid: pid_t
    private let ending = Ending()

    /// How it ended, once it has.
    private final class Ending: @unchecked Sendable {
        // Unchecked: `condition` guards `status`.
        let condition = NSCondition()
        var status: ExitStatus?
    }

    /// Starts a program, found along PATH; `descriptors` become its standard streams.
    init(_ arguments: [String], environment: [String: String] = [:], descriptors: [Int32]) throws {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        for (target, descriptor) in descriptors.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(target))
        }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        posix_spawnattr_setpgroup(&attributes, 0)
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let argv = arguments.map { strdup($0) } + [nil]
        let envp = variables.map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in argv + envp { free(text) } }
        var pid: pid_t = 0
        let result = posix_spawnp(&pid, arguments[0], &actions, &attributes, argv, envp)
        guard result == 0 else { throw HarnessError("\(arguments[0]) can't be started: \(result)") }
        self.pid = pid
        let child = pid
        Thread { [ending] in
            var status: Int32 = 0
            while waitpid(child, &status, 0) < 0, errno == EINTR {}
            ending.condition.withLock {
                ending.status = ExitStatus(waitStatus: status)
                ending.condition.broadcast()
            }
        }.start()
    }

    /// Waits for its end, 60 s at most.
    func exitStatus() throws -> ExitStatus {
        let end = Date(timeIntervalSinceNow: 60)
        return try ending.condition.withLock {
            while true {
                if let status = ending.status { return status }
                guard ending.condition.wait(until: end) else { throw HarnessError("process \(pid) doesn't end") }
            }
        }
    }

    /// Kills it, and whatever it has left in its group.
    func killGroup() {
        kill(-pid, SIGKILL)
    }
}
