import ArbiterCore
import NIOCore

extension Instant {
    /// Now, on the clock that SwiftNIO schedules by and that plugins see: CLOCK_MONOTONIC.
    static var now: Instant {
        Instant(nanoseconds: NIODeadline.now().uptimeNanoseconds)
    }

    /// The same instant as SwiftNIO names it.
    var deadline: NIODeadline {
        .uptimeNanoseconds(nanoseconds)
    }
}
