/// Pauses between attempts that keep failing: each about twice as long as the last, between two bounds.
struct Backoff: Hashable, Sendable {
    /// The shortest pause.
    let first: Duration
    /// The longest pause.
    let limit: Duration
    /// Attempts since the last success.
    private(set) var attempts = 0

    /// No attempt has failed yet.
    init(first: Duration, limit: Duration) {
        self.first = first
        self.limit = max(first, limit)
    }

    /// The pause before the next attempt: random in the upper half of its bound, so that slots that fail together
    /// don't come back together.
    mutating func next(using random: inout RandomSource) -> Duration {
        var bound = min(limit, first * 2)
        for _ in 0..<attempts where bound < limit {
            bound = min(limit, bound * 2)
        }
        attempts += 1
        let share = Double(random.next() >> 11) / Double(1 << 53)
        return max(first, bound / 2 + bound / 2 * share)
    }

    /// An attempt has succeeded.
    mutating func reset() {
        attempts = 0
    }
}
