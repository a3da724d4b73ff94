/// How a worker process ended.
public enum WorkerExit: Hashable, Sendable {
    /// It exited with this code.
    case exited(Int32)
    /// This signal ended it.
    case signalled(Int32)
    /// It never started; the reason.
    case notStarted(String)
}
