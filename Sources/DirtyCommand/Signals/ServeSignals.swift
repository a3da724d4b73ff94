import DirtyArbiter
import Glibc
import Logging
import ServiceLifecycle
import Synchronization

/// What the signals that `dirty serve` waits for mean.
final class ServeSignals: Sendable {
    private let arbiter: Arbiter
    private let group: ServiceGroup
    private let logger: Logger
    private let logFile: LogFile?
    private let interrupts = Mutex(0)

    /// Signals for `arbiter`, which runs in `group` and logs by `logger`, to `logFile` if there is one.
    init(arbiter: Arbiter, group: ServiceGroup, logger: Logger, logFile: LogFile?) {
        self.arbiter = arbiter
        self.group = group
        self.logger = logger
        self.logFile = logFile
    }

    /// Does what `signal` asks for; called on the signals' own thread.
    @Sendable
    func received(_ signal: Int32) {
        switch signal {
        case SIGTERM:
            stopGracefully("SIGTERM")
        case SIGINT:
            let count = interrupts.withLock { count in
                count += 1
                return count
            }
            if count == 1 { stopGracefully("SIGINT") } else { stopAtOnce("SIGINT") }
        case SIGQUIT:
            stopAtOnce("SIGQUIT")
        case SIGTTIN:
            arbiter.scale(by: 1)
        case SIGTTOU:
            arbiter.scale(by: -1)
        case SIGHUP:
            logger.notice("reloading", metadata: ["signal": "SIGHUP"])
            arbiter.reloadSoon()
        default:
            reopenLog()
        }
    }

    /// What goes to stderr is rotated by whoever started us: then there is nothing to open anew.
    private func reopenLog() {
        guard let logFile else { return }
        do throws(FileProblem) {
            try logFile.reopen()
            logger.notice("the log goes on here", metadata: ["signal": "SIGUSR1"])
        } catch {
            logger.error(
                "the log file can't be opened anew: going on in the one there was",
                metadata: ["path": "\(logFile.path)", "reason": "\(error)"]
            )
        }
    }

    private func stopGracefully(_ signal: String) {
        logger.notice("stopping: waiting calls fail, running ones may end", metadata: ["signal": "\(signal)"])
        // Unstructured, as a signal has no task to belong to; it does nothing but pass the wish on.
        Task { await group.triggerGracefulShutdown() }
    }

    private func stopAtOnce(_ signal: String) {
        logger.notice("stopping at once", metadata: ["signal": "\(signal)"])
        arbiter.stop(graceful: false)
    }
}
