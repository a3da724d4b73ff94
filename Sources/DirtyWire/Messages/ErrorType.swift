/// The errors a client can see, by the names Gunicorn gives them where it has them.
public enum ErrorType: String, Hashable, Sendable, CaseIterable {
    /// A deadline passed.
    case timeout = "DirtyTimeoutError"
    /// The host cannot be reached, or went away; made by clients only.
    case connection = "DirtyConnectionError"
    /// The worker died under the call.
    case worker = "DirtyWorkerError"
    /// The plugin said no.
    case app = "DirtyAppError"
    /// There is no app of that name.
    case appNotFound = "DirtyAppNotFoundError"
    /// The app has no worker, now or soon.
    case noWorkersAvailable = "DirtyNoWorkersAvailableError"
    /// The frame or message is wrong.
    case `protocol` = "DirtyProtocolError"
    /// A bound is reached.
    case overloaded = "DirtyOverloadedError"
    /// The client cancelled the call.
    case cancelled = "DirtyCancelledError"
    /// The same call has killed workers before.
    case quarantined = "DirtyQuarantinedError"
    /// A reload, or the replacement of a worker, that was asked for did not succeed.
    case reload = "DirtyReloadError"
}
