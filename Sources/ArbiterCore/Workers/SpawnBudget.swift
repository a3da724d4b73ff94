/// Bounds how often an app's workers are replaced: at most so many spawns in any window of time.
///
/// A pure value, like the restart intensity of OTP's supervisors; but where those give up, this one says how long to
/// wait.
struct SpawnBudget: Sendable {
    /// The latest spawns, those still to come included, in the order of their time.
    private var spawns: [Instant] = []

    /// No spawn yet.
    init() {}

    /// The first instant, not before `earliest`, at which another spawn leaves no window with more than `limit`.
    func next(notBefore earliest: Instant, limit: Int, window: Duration) -> Instant {
        guard spawns.count >= limit else { return earliest }
        return max(earliest, spawns[spawns.count - limit] + window)
    }

    /// Takes note of a spawn at `instant`; of those before it, only the latest `limit` matter.
    mutating func note(_ instant: Instant, limit: Int) {
        let place = spawns.lastIndex { $0 <= instant }.map { $0 + 1 } ?? 0
        spawns.insert(instant, at: place)
        if spawns.count > limit { spawns.removeFirst(spawns.count - limit) }
    }
}
