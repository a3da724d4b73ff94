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
    private let interrupts = Mutex(0)

    init(arbiter: Arbiter, group: ServiceGroup, logger: Logger) {
        self.arbiter = arbiter
        self.group = group
        self.logger = logger
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
            logger.warning("reloading is not there yet; stop and start to load plugins anew")
        default:
            // Logs go to stderr, which whoever started us rotates: nothing to open anew.
            break
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
