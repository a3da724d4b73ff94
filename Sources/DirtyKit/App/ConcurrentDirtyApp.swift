/// An app whose one instance takes many calls at once, one a lane (`dirty_threads`).
///
/// Being `Sendable` is what makes that safe, and the compiler checks it: state goes into a `Mutex` or `Atomic` of
/// `Synchronization`, or into actors.
public protocol ConcurrentDirtyApp: DirtyApp, Sendable {}
