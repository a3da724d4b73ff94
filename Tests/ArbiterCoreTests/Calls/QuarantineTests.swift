import Testing

@testable import ArbiterCore

@Suite("Quarantine")
struct QuarantineTests {
    private static func at(_ seconds: UInt64) -> Instant { Instant(nanoseconds: seconds * 1_000_000_000) }

    @Test("Deaths longer apart than a quarantine lasts don't add up")
    func apart() {
        var quarantine = Quarantine(deaths: 2, time: .seconds(10))
        let refusals = [1, 12, 20].map { quarantine.blame(1, app: AppID(0), now: Self.at($0)) }
        #expect(refusals == [false, false, true])
        #expect(quarantine.end(of: 1, now: Self.at(20)) == Self.at(30))
        #expect(quarantine.end(of: 1, now: Self.at(30)) == nil)
    }

    @Test("It remembers so many calls and no more: the one that killed longest ago goes first")
    func bounded() {
        var quarantine = Quarantine(deaths: 1, time: .seconds(1_000_000))
        for call in 0...UInt64(Quarantine.limit) { _ = quarantine.blame(call, app: AppID(0), now: Self.at(call + 1)) }
        #expect(quarantine.count == Quarantine.limit)
        #expect(quarantine.end(of: 0, now: Self.at(5000)) == nil)
        #expect(quarantine.end(of: 1, now: Self.at(5000)) != nil)
        #expect(quarantine.refused(now: Self.at(5000)).first?.fingerprint == UInt64(Quarantine.limit))
    }
}
