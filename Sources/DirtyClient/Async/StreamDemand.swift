import NIOCore
import Synchronization

/// Tells a stream's connection what its reader wants, from whatever thread the reader is on.
final class StreamDemand: NIOAsyncSequenceProducerDelegate {
    private enum State {
        /// There is no connection yet. Can become: connected, abandoned.
        case waiting
        case connected(NIOLoopBound<StreamHandler>, any EventLoop)
        case abandoned
    }

    private let state = Mutex(State.waiting)

    /// The connection is there; false if nobody wants it any more.
    func connected(_ handler: NIOLoopBound<StreamHandler>, _ loop: any EventLoop) -> Bool {
        state.withLock { state in
            if case .abandoned = state { return false }
            state = .connected(handler, loop)
            return true
        }
    }

    func produceMore() {
        guard case .connected(let handler, let loop) = state.withLock({ $0 }) else { return }
        loop.execute { handler.value.produceMore() }
    }

    func didTerminate() {
        let last = state.withLock { state in
            defer { state = .abandoned }
            return state
        }
        guard case .connected(let handler, let loop) = last else { return }
        loop.execute { handler.value.abandon() }
    }
}
