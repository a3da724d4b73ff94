import Glibc
import Synchronization

/// A child process that somebody here waits for, from before its start until it has been waited for.
///
/// While there is one that may have started and isn't known by its id yet, no stranger is reaped: it might be that one.
final class OwnChild: Sendable {
    private let state = Mutex(State.starting)

    private enum State {
        /// It may run already. Can become: running, ended.
        case starting
        /// It is this process. Can become: ended.
        case running(pid_t)
        /// It has been waited for, or never was.
        case ended
    }

    /// All of this process.
    private static let all = Mutex((starting: 0, running: Set<pid_t>()))

    /// A child that is about to be started.
    init() {
        Self.all.withLock { $0.starting += 1 }
    }

    deinit {
        ended()
    }

    /// It runs, and hasn't been waited for yet.
    func started(_ pid: pid_t) {
        state.withLock { state in
            guard case .starting = state else { return }
            state = .running(pid)
            Self.all.withLock { all in
                all.starting -= 1
                all.running.insert(pid)
            }
        }
    }

    /// It has been waited for, or couldn't be started.
    func ended() {
        state.withLock { state in
            let before = state
            state = .ended
            Self.all.withLock { all in
                switch before {
                case .starting: all.starting -= 1
                case .running(let pid): all.running.remove(pid)
                case .ended: break
                }
            }
        }
    }

    /// Waits for the children that have ended and that nobody here has started, as a process must that inherits the
    /// orphans of others; returns their ids.
    ///
    /// Never blocks. Of those that it doesn't get to, because one of our own has ended and is about to be waited for, the
    /// next round takes care.
    static func reapStrangers() -> [pid_t] {
        all.withLock { all in
            var reaped: [pid_t] = []
            while all.starting == 0 {
                var facts = siginfo_t()
                let found = waitid(P_ALL, 0, &facts, WEXITED | WNOHANG | WNOWAIT)
                let pid = facts._sifields._sigchld.si_pid
                guard found == 0, pid > 0, !all.running.contains(pid) else { break }
                guard waitid(P_PID, id_t(pid), &facts, WEXITED | WNOHANG) == 0 else { break }
                reaped.append(pid)
            }
            return reaped
        }
    }
}
