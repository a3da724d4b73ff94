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

    /// Why there is no worker.
    public enum NoWorkersCause: Hashable, Sendable {
        /// The configuration runs no workers for the app.
        case noneConfigured
        /// The app's workers fail to boot again and again; the last cause.
        case crashLooping(String)
        /// The arbiter is shutting down.
        case stopping
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
}
