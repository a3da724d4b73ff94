import DirtyWire

/// Which failed calls are tried again, and for how long.
///
/// Only calls known not to have run ever are.
public struct RetryPolicy: Sendable {
    /// The kinds of error worth another attempt.
    public var kinds: Set<DirtyCallError.Kind>
    /// How long after the first attempt another may still begin.
    public var window: Duration
    /// How long to wait before the second attempt; it doubles with each further one.
    public var firstDelay: Duration = .milliseconds(20)
    /// What the delay doesn't grow beyond.
    public var maximumDelay: Duration = .seconds(1)

    /// A policy that tries errors of `kinds` again for `window`.
    public init(kinds: Set<DirtyCallError.Kind>, window: Duration) {
        self.kinds = kinds
        self.window = window
    }

    /// Every error is the caller's at once.
    public static let none = RetryPolicy(kinds: [], window: .zero)
    /// Connects anew for two seconds, which is long enough for a host that restarts; the default.
    public static let reconnect = RetryPolicy(kinds: [.connection], window: .seconds(2))
    /// Also waits out an overloaded host and apps without workers, for 30 seconds.
    public static let patient = RetryPolicy(
        kinds: [.connection, .overloaded, .noWorkersAvailable],
        window: .seconds(30)
    )

    /// How long to wait before the next attempt; nil to give up and hand `error` to the caller.
    ///
    /// `attempts` counts those made, `elapsed` is the time since the first began, `remaining` what the call's timeout leaves
    /// of it. The delay is spread by `jitter`, from 0 to 1, so that many clients don't come back all at once.
    func delay(
        after error: DirtyCallError,
        attempts: Int,
        elapsed: Duration,
        remaining: Duration?,
        jitter: Double
    ) -> Duration? {
        guard error.executed == .no, kinds.contains(error.type) else { return nil }
        let doubled = firstDelay * (1 << min(attempts - 1, 20))
        let delay = max(min(doubled, maximumDelay) * (0.5 + jitter / 2), error.retryAfter ?? .zero)
        guard elapsed + delay <= window else { return nil }
        if let remaining, delay >= remaining { return nil }
        return delay
    }
}
