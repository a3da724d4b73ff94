import Synchronization

/// The async actions running on an app's lanes, by call, so that `cancel` finds them.
final class RunningTasks: Sendable {
    private let tasks = Mutex<[UInt64: Task<Void, Never>]>([:])

    func add(_ task: Task<Void, Never>, for call: UInt64) {
        tasks.withLock { $0[call] = task }
    }

    func remove(_ call: UInt64) {
        tasks.withLock { $0[call] = nil }
    }

    /// Cancels the task of `call`, if there is one.
    ///
    /// Any thread.
    func cancel(_ call: UInt64) {
        // Outside the lock: cancelling runs the author's cancellation handlers.
        tasks.withLock { $0[call] }?.cancel()
    }
}
