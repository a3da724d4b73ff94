import Testing

@testable import ArbiterCore

@Suite("Rendezvous hashing")
struct RendezvousTests {
    @Test("No slots, no choice")
    func none() {
        #expect(Rendezvous.slot(for: 7, among: []) == nil)
    }

    @Test("A key stays with its slot while the slot is offered, whatever else is")
    func stable() {
        for key in UInt64(0)..<500 {
            let all = Rendezvous.slot(for: key, among: 0..<8)
            for missing in 0..<8 where missing != all {
                #expect(Rendezvous.slot(for: key, among: (0..<8).filter { $0 != missing }) == all)
            }
        }
    }

    @Test("Keys spread over the slots evenly")
    func even() {
        var counts = Array(repeating: 0, count: 8)
        for key in UInt64(0)..<8000 { counts[Rendezvous.slot(for: key, among: 0..<8) ?? 0] += 1 }
        #expect(counts.allSatisfy { (850...1150).contains($0) }, "\(counts)")
    }
}
