import DirtyClient
import Synchronization

/// What has become of the calls that many callers make.
final class Tally: Sendable {
    private struct State {
        var answered = 0
        var wrong: [String] = []
        var errors: [DirtyCallError] = []
        var isStopped = false
        var waiting: [(goal: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    /// Whether callers are to go on.
    var goesOn: Bool { state.withLock { !$0.isStopped } }
    /// Answers that were not the right ones.
    var wrong: [String] { state.withLock { $0.wrong } }
    /// Calls that failed.
    var errors: [DirtyCallError] { state.withLock { $0.errors } }

    /// Counts an answer.
    func answered(rightly isRight: Bool, _ what: @autoclosure () -> String) {
        let problem = isRight ? nil : what()
        let reached = state.withLock { state in
            state.answered += 1
            if let problem { state.wrong.append(problem) }
            let reached = state.waiting.filter { $0.goal <= state.answered }
            state.waiting.removeAll { $0.goal <= state.answered }
            return reached
        }
        for waiter in reached { waiter.continuation.resume() }
    }

    /// Counts an error.
    func failed(_ error: DirtyCallError) {
        state.withLock { $0.errors.append(error) }
    }

    /// Waits until so many more calls have been answered.
    func more(_ count: Int) async {
        await withCheckedContinuation { continuation in
            state.withLock { $0.waiting.append(($0.answered + count, continuation)) }
        }
    }

    /// Tells the callers to end.
    func stop() {
        state.withLock { $0.isStopped = true }
    }
}
