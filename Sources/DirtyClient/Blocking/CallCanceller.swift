import Synchronization

/// Cancels a blocking call from another thread.
///
/// Hand it to the call, keep it, and say ``cancel()``. One canceller serves one call.
public final class CallCanceller: Sendable {
    private enum State {
        /// The call hasn't been sent. Can become: all others.
        case waiting
        /// The call is on its way. Can become: waiting (for another attempt), cancelled, ended.
        case running(BlockingConnection, id: UInt64)
        case cancelled
        case ended
    }

    private let state = Mutex(State.waiting)

    /// A canceller for a call to come.
    public init() {}

    /// Asks the host to cancel the call, or keeps it from being sent; without effect once it has ended.
    ///
    /// The call then ends with an error of kind ``DirtyCallError/Kind/cancelled``, or with its result if that was quicker.
    public func cancel() {
        let running: (BlockingConnection, UInt64)? = state.withLock { state in
            switch state {
            case .waiting:
                state = .cancelled
                return nil
            case .running(let connection, let id):
                state = .cancelled
                return (connection, id)
            case .cancelled, .ended:
                return nil
            }
        }
        // Not under the lock: sending can wait. The id is never used again, so that a late cancel harms no other call.
        running?.0.sendCancel(of: running?.1 ?? 0)
    }

    /// Whether the call is to be given up.
    var isCancelled: Bool {
        state.withLock { if case .cancelled = $0 { true } else { false } }
    }

    /// The call has been sent; false if it was cancelled meanwhile, and the host must be told by the caller.
    func began(on connection: BlockingConnection, id: UInt64) -> Bool {
        state.withLock { state in
            if case .cancelled = state { return false }
            state = .running(connection, id: id)
            return true
        }
    }

    /// The attempt has ended, and the call too unless it is tried again.
    func ended(isFinal: Bool) {
        state.withLock { state in
            if case .cancelled = state { return }
            state = isFinal ? .ended : .waiting
        }
    }
}
