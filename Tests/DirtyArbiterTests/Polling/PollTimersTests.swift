import NIOCore
import Testing

@testable import ArbiterCore
@testable import DirtyArbiter

@Suite("Timers of the event loop")
struct PollTimersTests {
    private func entry(_ id: UInt64, at nanoseconds: UInt64) -> PollTimers.Entry {
        PollTimers.Entry(id: id, deadline: .uptimeNanoseconds(nanoseconds), run: {}, drop: {})
    }

    /// The ids of all that are due at `nanoseconds`, in the order in which they come.
    private func due(_ timers: inout PollTimers, at nanoseconds: UInt64) -> [UInt64] {
        var ids: [UInt64] = []
        while let entry = timers.popDue(.uptimeNanoseconds(nanoseconds)) { ids.append(entry.id) }
        return ids
    }

    @Test("are due in the order of their deadlines, at them and not before")
    func order() {
        var timers = PollTimers()
        for (id, deadline) in [(1, 30), (2, 10), (3, 20), (4, 40)] as [(UInt64, UInt64)] {
            timers.insert(entry(id, at: deadline))
        }
        #expect(timers.next == .uptimeNanoseconds(10))
        #expect(due(&timers, at: 9) == [])
        #expect(due(&timers, at: 20) == [2, 3])
        #expect(timers.next == .uptimeNanoseconds(30))
        #expect(due(&timers, at: 100) == [1, 4])
        #expect(timers.next == nil)
    }

    @Test("of the same instant come in the order in which they were added")
    func sameInstant() {
        var timers = PollTimers()
        timers.insert(entry(1, at: 10))
        timers.insert(entry(2, at: 5))
        for id in 3...6 as ClosedRange<UInt64> { timers.insert(entry(id, at: 10)) }
        #expect(due(&timers, at: 10) == [2, 1, 3, 4, 5, 6])
    }

    @Test("come in order whatever order they were added in")
    func manyOrders() {
        let seed = UInt64.random(in: 0...(.max))
        var random = RandomSource(seed: seed)
        var timers = PollTimers()
        var expected: [(deadline: UInt64, id: UInt64)] = []
        for id in 0..<500 as Range<UInt64> {
            let deadline = random.next() % 50
            timers.insert(entry(id, at: deadline))
            expected.append((deadline, id))
        }
        for id in 0..<500 as Range<UInt64> where random.next() % 3 == 0 {
            timers.remove(id)
            expected.removeAll { $0.id == id }
        }
        expected.sort { $0 < $1 }
        #expect(due(&timers, at: 50) == expected.map(\.id), "seed \(seed)")
    }

    @Test("that are taken out don't come; one that isn't there is no matter")
    func removal() {
        var timers = PollTimers()
        for id in 1...3 as ClosedRange<UInt64> { timers.insert(entry(id, at: id)) }
        timers.remove(1)
        timers.remove(1)
        timers.remove(99)
        #expect(timers.next == .uptimeNanoseconds(2))
        #expect(due(&timers, at: 10) == [2, 3])
    }

    @Test("are all given when all are taken out")
    func removeAll() {
        var timers = PollTimers()
        for id in 1...3 as ClosedRange<UInt64> { timers.insert(entry(id, at: id)) }
        #expect(Set(timers.removeAll().map(\.id)) == [1, 2, 3])
        #expect(timers.next == nil)
        #expect(timers.removeAll().isEmpty)
    }
}
