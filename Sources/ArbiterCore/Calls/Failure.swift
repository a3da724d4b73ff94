/// Why the arbiter itself ends a call with an error; the shell words it for the client (DESIGN.md §6).
public enum Failure: Hashable, Sendable {
    /// No worker hosts the app now or soon; the call has not run.
    case noWorkers(NoWorkersCause, retryAfter: Duration?)
    /// A bound was reached; the call has not run.
    case overloaded(Bound, retryAfter: Duration)
    /// Its time ran out while it waited; it has not run.
    case timedOutWaiting(timeout: Duration)
    /// Its time ran out on a lane; it may have run.
    case timedOutRunning(timeout: Duration, LaneID, isClientTimeout: Bool)
    /// Its worker ended under it; it may have run.
    case workerDied(WorkerID, SlotID, WorkerExit)
    /// The client took it back; `begun` says whether it was on a lane.
    case cancelled(begun: Bool)
    /// Its worker had to end, and the call didn't in the time that was left; it may have run.
    case interrupted(WorkerID, isStopping: Bool)
    /// The same call has killed workers, and is refused for so long; it has not run.
    case quarantined(remaining: Duration)

    /// Why there is no worker.
    public enum NoWorkersCause: Hashable, Sendable {
        /// The configuration runs no workers for the app.
        case noneConfigured
        /// The app's workers fail to boot again and again; the last cause.
        case crashLooping(String)
        /// The arbiter is shutting down.
        case stopping
        /// A reload has removed the app.
        case removed
    }

    /// Which bound was reached.
    public enum Bound: Hashable, Sendable {
        /// The app's waiting calls, at this limit.
        case backlog(Int)
        /// The connection's calls in flight, at this limit.
        case connection(Int)
        /// The bytes held for all calls, at this limit.
        case memory(Int)
    }

    /// Whether it was the client's own bound that was passed.
    var isClientTimeout: Bool {
        switch self {
        case .timedOutRunning(_, _, let isClientTimeout): isClientTimeout
        case .timedOutWaiting: true
        case .noWorkers, .overloaded, .workerDied, .cancelled, .interrupted, .quarantined: false
        }
    }
}
