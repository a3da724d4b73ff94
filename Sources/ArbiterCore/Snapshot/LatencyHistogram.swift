/// Durations counted in buckets whose width grows with them: 16 buckets to each doubling, so that a quantile is off by
/// at most a sixteenth, at any size and in fixed memory.
struct LatencyHistogram: Sendable {
    private static let bucketsPerDoubling: UInt64 = 16
    private var counts = ContiguousArray<UInt64>(repeating: 0, count: 61 * 16)
    /// How many durations were recorded.
    private(set) var count: UInt64 = 0
    /// The longest, in nanoseconds.
    private(set) var longest: UInt64 = 0

    /// Nothing recorded.
    init() {}

    /// Counts one duration.
    mutating func record(nanoseconds: UInt64) {
        counts[Self.bucket(of: nanoseconds)] += 1
        count += 1
        longest = max(longest, nanoseconds)
    }

    /// The duration that `share` of the recorded ones don't pass, rounded up to its bucket's end; nil if there are none.
    func quantile(_ share: Double) -> UInt64? {
        guard count > 0 else { return nil }
        let exact = share * Double(count)
        // Rounded up by hand: `rounded(.up)` would need the C library's mathematics linked in.
        let rank = max(1, UInt64(exact) + (Double(UInt64(exact)) < exact ? 1 : 0))
        var seen: UInt64 = 0
        for (bucket, inBucket) in counts.enumerated() where inBucket > 0 {
            seen += inBucket
            if seen >= rank { return min(longest, Self.end(of: bucket)) }
        }
        return longest
    }

    /// Values below 16 have a bucket each; above, the four bits after the leading one choose it.
    private static func bucket(of value: UInt64) -> Int {
        guard value >= bucketsPerDoubling else { return Int(value) }
        let exponent = 63 - value.leadingZeroBitCount
        return (exponent - 3) * 16 + Int((value >> UInt64(exponent - 4)) & 15)
    }

    /// The greatest value that falls in the bucket.
    private static func end(of bucket: Int) -> UInt64 {
        guard bucket >= 16 else { return UInt64(bucket) }
        let shift = UInt64(bucket / 16 - 1)
        let start = (16 + UInt64(bucket % 16)) << shift
        return start + ((1 << shift) - 1)
    }
}
