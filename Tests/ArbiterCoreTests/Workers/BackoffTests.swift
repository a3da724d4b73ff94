import Testing

@testable import ArbiterCore

@Suite("Backoff")
struct BackoffTests {
    @Test("Pauses lie in the upper half of a bound that doubles from twice the first to the limit")
    func bounds() {
        var random = RandomSource(seed: 5)
        for _ in 0..<100 {
            var backoff = Backoff(first: .milliseconds(100), limit: .seconds(30))
            var bound = Duration.milliseconds(200)
            for _ in 0..<20 {
                let pause = backoff.next(using: &random)
                #expect(pause >= bound / 2 && pause <= bound)
                bound = min(bound * 2, .seconds(30))
            }
        }
    }

    @Test("A success begins anew")
    func reset() {
        var random = RandomSource(seed: 5)
        var backoff = Backoff(first: .milliseconds(100), limit: .seconds(30))
        for _ in 0..<8 { _ = backoff.next(using: &random) }
        backoff.reset()
        #expect(backoff.next(using: &random) <= .milliseconds(200))
    }

    @Test("Pauses differ, so that what failed together doesn't come back together")
    func jitter() {
        var random = RandomSource(seed: 5)
        let pauses = (0..<50).map { _ in
            var backoff = Backoff(first: .milliseconds(100), limit: .seconds(30))
            return backoff.next(using: &random)
        }
        #expect(Set(pauses).count > 40)
    }

    @Test("A first pause above the limit is the limit's")
    func inverted() {
        var random = RandomSource(seed: 5)
        var backoff = Backoff(first: .seconds(2), limit: .seconds(1))
        #expect(backoff.next(using: &random) == .seconds(2))
    }
}
