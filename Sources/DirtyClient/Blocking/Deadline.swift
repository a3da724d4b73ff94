import Glibc

/// An instant that something must have happened by; may be never.
struct Deadline {
    /// The instant; nil for never.
    let instant: ContinuousClock.Instant?

    static let never = Deadline(instant: nil)

    /// The instant `timeout` from now; never if it is nil.
    static func after(_ timeout: Duration?) -> Deadline {
        Deadline(instant: timeout.map { .now + $0 })
    }

    /// What `poll` takes: milliseconds left, rounded up; -1 for never.
    var pollMilliseconds: Int32 {
        guard let instant else { return -1 }
        let left = (instant - .now) / .milliseconds(1)
        return left <= 0 ? 0 : Int32(min(left.rounded(.up), 1e9))
    }

    var hasPassed: Bool { pollMilliseconds == 0 }
}
