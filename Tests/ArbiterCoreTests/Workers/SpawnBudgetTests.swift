import Testing

@testable import ArbiterCore

@Suite("Spawn budget")
struct SpawnBudgetTests {
    @Test("No window ever has more spawns than the limit, whatever is asked for when")
    func windows() {
        var random = RandomSource(seed: 5)
        for _ in 0..<50 {
            let limit = Int.random(in: 1...6, using: &random)
            var budget = SpawnBudget()
            var now = Instant(nanoseconds: 1)
            var spawns: [Instant] = []
            for _ in 0..<60 {
                now = now + .milliseconds(Int.random(in: 0...2000, using: &random))
                let wanted = now + .milliseconds(Int.random(in: 0...3000, using: &random))
                let spawn = budget.next(notBefore: wanted, limit: limit, window: .seconds(10))
                #expect(spawn >= wanted)
                budget.note(spawn, limit: limit)
                spawns.append(spawn)
            }
            for first in spawns {
                #expect(spawns.count { $0 >= first && $0 < first + .seconds(10) } <= limit)
            }
        }
    }

    @Test("Below the limit nothing waits")
    func free() {
        var budget = SpawnBudget()
        for second in 1...3 {
            let now = Instant(nanoseconds: UInt64(second) * 1_000_000_000)
            #expect(budget.next(notBefore: now, limit: 20, window: .seconds(10)) == now)
            budget.note(now, limit: 20)
        }
    }
}
