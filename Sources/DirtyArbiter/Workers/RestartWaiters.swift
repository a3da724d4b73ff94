import ArbiterCore
import DirtyWire

/// Those who wait for a slot's worker to be replaced.
struct RestartWaiters {
    /// One of them.
    private struct Waiter {
        /// The latest worker at the time: only a later one is what is waited for.
        let after: WorkerID
        let answer: (Result<JSONValue, ErrorReply>) -> Void
    }

    private var waiters: [SlotID: [Waiter]] = [:]

    /// Nobody waits.
    init() {}

    /// Waits for a worker of `slot` later than `worker`; `answer` is called once.
    mutating func add(
        _ slot: SlotID,
        after worker: WorkerID,
        answer: @escaping (Result<JSONValue, ErrorReply>) -> Void
    ) {
        waiters[slot, default: []].append(Waiter(after: worker, answer: answer))
    }

    /// A worker of `slot` has taken up service, or won't: answers those who wait for it.
    mutating func settle(_ slot: SlotID, _ worker: WorkerID, _ result: Result<JSONValue, ErrorReply>) {
        guard let all = waiters[slot] else { return }
        let settled = all.filter { $0.after < worker }
        waiters[slot] = all.filter { $0.after >= worker }
        if waiters[slot]?.isEmpty == true { waiters[slot] = nil }
        for waiter in settled { waiter.answer(result) }
    }

    /// Nothing more will come: answers all.
    mutating func settleAll(_ error: ErrorReply) {
        let all = waiters.values.joined()
        waiters = [:]
        for waiter in all { waiter.answer(.failure(error)) }
    }
}
