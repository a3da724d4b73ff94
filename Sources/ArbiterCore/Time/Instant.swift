/// A point on the monotonic clock (CLOCK_MONOTONIC), in nanoseconds; the core is told it and never reads it.
public struct Instant: Hashable, Comparable, Sendable {
    /// Nanoseconds since the clock's own zero.
    public let nanoseconds: UInt64

    /// The instant `nanoseconds` after the clock's zero.
    public init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    /// Whether `lhs` is before `rhs`.
    public static func < (lhs: Instant, rhs: Instant) -> Bool {
        lhs.nanoseconds < rhs.nanoseconds
    }

    /// The instant `span` later, or the clock's last if that is past its range; a negative span counts as zero.
    public static func + (instant: Instant, span: Duration) -> Instant {
        let (seconds, attoseconds) = span.components
        guard seconds >= 0, attoseconds >= 0 else { return instant }
        let (whole, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return Instant(nanoseconds: .max) }
        let (sum, sumOverflow) = whole.addingReportingOverflow(UInt64(attoseconds / 1_000_000_000))
        guard !sumOverflow else { return Instant(nanoseconds: .max) }
        let (end, endOverflow) = instant.nanoseconds.addingReportingOverflow(sum)
        return Instant(nanoseconds: endOverflow ? .max : end)
    }

    /// The span from `rhs` to `lhs`; zero if `lhs` is not later.
    public static func - (lhs: Instant, rhs: Instant) -> Duration {
        lhs > rhs ? .nanoseconds(Int64(clamping: lhs.nanoseconds - rhs.nanoseconds)) : .zero
    }

    /// Later than everything: the deadline of what has none.
    static let never = Instant(nanoseconds: .max)

    /// The instant this many nanoseconds later; `never` if that is past the clock's range.
    func advanced(byNanoseconds span: UInt64) -> Instant {
        let (end, overflow) = nanoseconds.addingReportingOverflow(span)
        return overflow ? .never : Instant(nanoseconds: end)
    }
}

extension Duration {
    /// The span in nanoseconds, as far as they go; a negative span counts as zero.
    var clampedNanoseconds: UInt64 {
        (Instant(nanoseconds: 0) + self).nanoseconds
    }
}
