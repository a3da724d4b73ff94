import CDirtyLoad

/// What came of a load.
struct LoadResult: Equatable {
    /// Answers in so much time or less, but more than the bucket before.
    struct Bucket: Equatable {
        let seconds: Double
        let count: UInt64
    }

    var answered: UInt64 = 0
    var failed: UInt64 = 0
    var chunks: UInt64 = 0
    var sentBytes: UInt64 = 0
    var receivedBytes: UInt64 = 0
    /// From the first measured request to the last answer.
    var seconds = 0.0
    /// Latencies that occurred, the shortest first.
    var buckets: [Bucket] = []
    var shortest = 0.0
    var longest = 0.0
    /// Of all latencies together.
    var sum = 0.0
    /// The first error frame, or the beginning of it; empty if there was none.
    var firstError = ""

    /// All calls that have ended.
    var calls: UInt64 { answered + failed }
    /// Calls that ended in a second.
    var rate: Double { seconds > 0 ? Double(calls) / seconds : 0 }
    /// The mean latency.
    var mean: Double { calls > 0 ? sum / Double(calls) : 0 }

    /// The latency that `share` of the calls did not exceed.
    func quantile(_ share: Double) -> Double {
        let rank = UInt64(share * Double(max(calls, 1) - 1)) + 1
        var seen: UInt64 = 0
        for bucket in buckets {
            seen += bucket.count
            if seen >= rank { return min(bucket.seconds, longest) }
        }
        return longest
    }
}

extension LoadResult {
    /// The same, as the generator tells it.
    init(_ result: UnsafeMutablePointer<DirtyLoadResult>) {
        answered = result.pointee.answers
        failed = result.pointee.errors
        chunks = result.pointee.chunks
        sentBytes = result.pointee.sent_bytes
        receivedBytes = result.pointee.received_bytes
        seconds = Double(result.pointee.elapsed_ns) / 1e9
        shortest = Double(result.pointee.latency_min_ns) / 1e9
        longest = Double(result.pointee.latency_max_ns) / 1e9
        sum = Double(result.pointee.latency_sum_ns) / 1e9
        firstError = Self.text(of: result)
        let capacity = Int(DIRTY_LOAD_BUCKETS)
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 2 * capacity) { space in
            let (ends, counts) = (space.baseAddress!, space.baseAddress! + capacity)
            buckets = (0..<dirty_load_histogram(result, ends, counts)).map {
                Bucket(seconds: Double(ends[$0]) / 1e9, count: counts[$0])
            }
        }
    }

    /// What the generator says of the first error, or of what ended it early.
    static func text(of result: UnsafeMutablePointer<DirtyLoadResult>) -> String {
        withUnsafeBytes(of: &result.pointee.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
