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
    /// Why workers couldn't load their apps, while somebody waits for any.
    private var reasons: [WorkerID: String] = [:]

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

    /// A worker can't load its apps, for this reason.
    mutating func noteFailure(of worker: WorkerID, _ reason: String) {
        if !waiters.isEmpty { reasons[worker] = reason }
    }

    /// Why the worker couldn't load its apps; nil if that isn't known.
    func reason(of worker: WorkerID) -> String? {
        reasons[worker]
    }

    /// A worker of `slot` has taken up service, or won't: answers those who wait for it.
    mutating func settle(_ slot: SlotID, _ worker: WorkerID, _ result: Result<JSONValue, ErrorReply>) {
        guard let all = waiters[slot] else { return }
        let settled = all.filter { $0.after < worker }
        waiters[slot] = all.filter { $0.after >= worker }
        if waiters[slot]?.isEmpty == true { waiters[slot] = nil }
        if waiters.isEmpty { reasons = [:] }
        for waiter in settled { waiter.answer(result) }
    }

    /// Nothing more will come: answers all.
    mutating func settleAll(_ error: ErrorReply) {
        let all = waiters.values.joined()
        waiters = [:]
        for waiter in all { waiter.answer(.failure(error)) }
    }
}
