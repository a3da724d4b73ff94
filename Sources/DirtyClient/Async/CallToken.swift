import Synchronization

/// Says of one call whether its task has been cancelled, however cancelling and sending overlap.
final class CallToken: Sendable {
    private enum State {
        /// The call hasn't reached the event loop. Can become: begun, cancelled.
        case waiting
        case begun
        case cancelled
    }

    private let state = Mutex(State.waiting)

    /// The event loop takes the call up; false if it has been cancelled.
    func begin() -> Bool {
        state.withLock { state in
            if case .cancelled = state { return false }
            state = .begun
            return true
        }
    }

    /// The task is cancelled; true if the event loop must be told.
    func cancel() -> Bool {
        state.withLock { state in
            defer { state = .cancelled }
            if case .begun = state { return true }
            return false
        }
    }
}
