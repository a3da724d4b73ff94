/// Where a worker is in its life; only ready ones get calls.
///
/// Every state can become gone: the process has exited and the core has forgotten it.
public enum WorkerState: String, Hashable, Sendable, CaseIterable {
    /// It loads its apps. Can become: ready, failing, killed, gone.
    case starting
    /// It serves. Can become: draining, retiring, failing, killed, gone.
    case ready
    /// It gets nothing new and ends what it has. Can become: retiring, failing, killed, gone.
    case draining
    /// It is idle and was let go: it closes its apps and exits. Can become: killed, gone.
    case retiring
    /// It said or showed that it is about to exit by itself. Can become: killed, gone.
    case failing
    /// It was sent SIGKILL. Can become: gone.
    case killed
}
