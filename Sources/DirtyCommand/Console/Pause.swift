import Glibc

/// Waits between two looks at something that can't be waited for.
enum Pause {
    /// Blocks the thread until `instant`.
    static func until(_ instant: ContinuousClock.Instant) {
        while true {
            let left = (instant - .now) / .milliseconds(1)
            guard left > 0 else { return }
            _ = poll(nil, 0, Int32(min(left.rounded(.up), 1e9)))
        }
    }
}
