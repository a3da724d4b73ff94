import Testing

@testable import ArbiterCore

@Suite("Latency histogram")
struct LatencyHistogramTests {
    @Test("Nothing recorded, no quantile")
    func empty() {
        #expect(LatencyHistogram().quantile(0.5) == nil)
    }

    @Test("A single duration is every quantile, exactly", arguments: [0, 1, 15, 16, 17, 1_000_003, UInt64.max])
    func single(_ nanoseconds: UInt64) {
        var histogram = LatencyHistogram()
        histogram.record(nanoseconds: nanoseconds)
        #expect(histogram.quantile(0) == nanoseconds)
        #expect(histogram.quantile(0.99) == nanoseconds)
        #expect(histogram.longest == nanoseconds)
    }

    @Test("A quantile is never below the true one, and above it by a sixteenth at most")
    func accuracy() throws {
        var random = RandomSource(seed: 3)
        for _ in 0..<50 {
            var histogram = LatencyHistogram()
            let shift = UInt64.random(in: 0..<60, using: &random)
            let values = (0..<500).map { _ in UInt64.random(in: 0...UInt64.max, using: &random) >> shift }
            for value in values { histogram.record(nanoseconds: value) }
            let sorted = values.sorted()
            for share in [0.01, 0.5, 0.9, 0.99, 1] {
                let exact = sorted[Int((share * 500).rounded(.up)) - 1]
                let estimate = try #require(histogram.quantile(share))
                #expect(estimate >= exact)
                #expect(estimate - exact <= exact / 16)
            }
            #expect(histogram.count == 500)
        }
    }
}
