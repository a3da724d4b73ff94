import DirtyWire

/// Tries a call as often as a policy says.
struct Attempts {
    private let policy: RetryPolicy
    private let timeout: Duration?
    private let start = ContinuousClock.now
    private var count = 0

    /// Attempts at a call that may take `timeout` altogether.
    init(_ policy: RetryPolicy, timeout: Duration?) {
        self.policy = policy
        self.timeout = timeout
    }

    /// What is left of the timeout for the attempt that begins now: all of it for the first.
    mutating func begin() -> Duration? {
        count += 1
        guard count > 1 else { return timeout }
        return remaining
    }

    /// How long to wait after `error` before the next attempt; nil to give up.
    func delay(after error: DirtyCallError) -> Duration? {
        policy.delay(
            after: error,
            attempts: count,
            elapsed: .now - start,
            remaining: remaining,
            jitter: .random(in: 0...1)
        )
    }

    /// Waits before the next attempt; throws `error` if there is to be none, or if the task is cancelled meanwhile.
    func wait(after error: DirtyCallError) async throws(DirtyCallError) {
        guard let delay = delay(after: error) else { throw error }
        do {
            try await Task.sleep(for: delay)
        } catch {
            throw .cancelledBeforeSent
        }
    }

    /// Runs `body` with what is left of the timeout until it succeeds or the policy gives up.
    func run<Value>(
        _ body: (Duration?) async throws(DirtyCallError) -> Value
    ) async throws(DirtyCallError) -> Value {
        var attempts = self
        while true {
            let timeout = attempts.begin()
            do throws(DirtyCallError) {
                return try await body(timeout)
            } catch {
                try await attempts.wait(after: error)
            }
        }
    }

    private var remaining: Duration? {
        timeout.map { $0 - (.now - start) }
    }
}

extension DirtyCallError {
    /// The error of a call given up before the host heard of it.
    static var cancelledBeforeSent: DirtyCallError {
        DirtyCallError(.cancelled, "the call was cancelled before it was sent", executed: .no)
    }
}
