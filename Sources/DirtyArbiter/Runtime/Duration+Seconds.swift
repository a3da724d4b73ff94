extension Duration {
    /// The span in seconds, as people and the wire write it.
    var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }

    /// The span in nanoseconds, as lanes carry it; nothing below zero, and no more than 584 years.
    var wholeNanoseconds: UInt64 {
        UInt64(clamping: attoseconds / 1_000_000_000)
    }

    /// A span of so many seconds, to the nanosecond, and no longer than 292 years.
    init(seconds: Double) {
        self = .nanoseconds(Int64(exactly: (seconds * 1e9).rounded()) ?? .max)
    }
}
