import ArbiterCore
import Metrics

/// Counters for whatever metrics system the process has set up.
///
/// `dirty_calls_received` counts requests for a known app; `dirty_calls` counts their ends by `outcome`.
struct ArbiterMetrics {
    private let received = Counter(label: "dirty_calls_received")

    private let answered = Self.outcome("answered")
    private let appErrors = Self.outcome("app_error")
    private let rejected = Self.outcome("rejected")
    private let timedOut = Self.outcome("timed_out")
    private let died = Self.outcome("died")
    private let cancelled = Self.outcome("cancelled")
    private let overloaded = Self.outcome("overloaded")
    private let noWorkers = Self.outcome("no_workers")

    /// Counts a request for a known app.
    func countReceived() {
        received.increment()
    }

    /// Counts a call that its worker ended.
    func ended(_ reply: LaneReply) {
        switch reply {
        case .rejection: rejected.increment()
        case .error: appErrors.increment()
        case .response, .end: answered.increment()
        case .chunk, .free: break
        }
    }

    /// Counts a call that the arbiter ended.
    func failed(_ failure: Failure) {
        switch failure {
        case .noWorkers, .quarantined: noWorkers.increment()
        case .overloaded: overloaded.increment()
        case .timedOutWaiting, .timedOutRunning: timedOut.increment()
        case .workerDied: died.increment()
        case .cancelled, .interrupted: cancelled.increment()
        }
    }

    private static func outcome(_ name: String) -> Counter {
        Counter(label: "dirty_calls", dimensions: [("outcome", name)])
    }
}
