import Testing

@testable import ArbiterCore

@Suite("Backlog")
struct BacklogTests {
    @Test("Calls stand in the order of their arrival, whenever they are put in, and any may leave")
    func random() {
        for seed in UInt64(0)..<40 {
            var random = RandomSource(seed: seed)
            var calls = Slab<Call>()
            let indices = (0..<30).map { sequence in calls.insert(Self.call(UInt64(sequence))) }
            var backlog = Backlog()
            var model: [Int] = []
            for _ in 0..<200 {
                let index = indices[Int.random(in: 0..<30, using: &random)]
                if let position = model.firstIndex(of: index) {
                    model.remove(at: position)
                    backlog.remove(index, in: &calls)
                } else {
                    model.append(index)
                    model.sort()
                    backlog.insert(index, in: &calls)
                }
                #expect(Self.order(of: backlog, in: calls) == model)
                #expect(backlog.count == model.count && backlog.isEmpty == model.isEmpty)
                #expect(backlog.tail == model.last ?? -1)
            }
        }
    }

    private static func order(of backlog: Backlog, in calls: Slab<Call>) -> [Int] {
        var order: [Int] = []
        var index = backlog.head
        while index >= 0 {
            order.append(index)
            index = calls[index].nextWaiting
        }
        return order
    }

    private static func call(_ sequence: UInt64) -> Call {
        Call(
            id: CallID(sequence: sequence, index: Int(sequence)),
            app: 0,
            slot: nil,
            affinity: nil,
            fingerprint: nil,
            client: 0,
            bytes: 0,
            arrived: .never,
            timeout: nil,
            deadline: .never
        )
    }
}
