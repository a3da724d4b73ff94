/// Which worker an app lives in.
public struct WorkerIdentity: Hashable, Sendable {
    /// The worker's number, never used twice while an arbiter lives; 0 where the host doesn't say.
    public let id: Int
    /// The slot the worker fills, and its replacements after it; 0 where the host doesn't say.
    public let slot: Int
    /// How many calls the worker can run at once (`dirty_threads`); at least 1.
    public let lanes: Int
}
