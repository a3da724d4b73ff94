import Testing

@testable import ArbiterCore

@Suite("Instant")
struct InstantTests {
    @Test("Adding a span moves on by its nanoseconds, and stops at the clock's end")
    func add() {
        let start = Instant(nanoseconds: 100)
        #expect(start + .microseconds(2) == Instant(nanoseconds: 2100))
        #expect(start + .seconds(-1) == start)
        #expect(start + .seconds(Int64.max) == .never)
        #expect(start.advanced(byNanoseconds: .max) == .never)
        #expect(start.advanced(byNanoseconds: 5) == Instant(nanoseconds: 105))
    }

    @Test("The span between two instants is never negative")
    func subtract() {
        #expect(Instant(nanoseconds: 50) - Instant(nanoseconds: 20) == .nanoseconds(30))
        #expect(Instant(nanoseconds: 20) - Instant(nanoseconds: 50) == .zero)
    }

    @Test("A span in nanoseconds is clamped to what there is")
    func clamped() {
        #expect(Duration.milliseconds(3).clampedNanoseconds == 3_000_000)
        #expect(Duration.seconds(-3).clampedNanoseconds == 0)
        #expect(Duration.seconds(Int64.max).clampedNanoseconds == .max)
    }
}
