import Glibc

/// Waiting for a descriptor.
enum Poll {
    /// Whether `descriptor` has one of `events` to offer by `deadline`; returns as soon as it has.
    static func isReady(_ descriptor: Int32, for events: Int16, by deadline: ContinuousClock.Instant) -> Bool {
        while true {
            let left = max(.zero, deadline - .now) / .milliseconds(1)
            var request = pollfd(fd: descriptor, events: events, revents: 0)
            let count = poll(&request, 1, Int32(left.rounded(.up)))
            if count > 0 { return true }
            if count == 0, left <= 0 { return false }
        }
    }
}
