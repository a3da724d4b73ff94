import Testing

@testable import ArbiterCore

@Suite("Lane set")
struct LaneSetTests {
    @Test("A set of all lanes gives them from the highest down", arguments: [1, 2, 63, 64, 65, 130])
    func drain(_ count: Int) {
        var set = LaneSet(allOf: count)
        #expect(set.count == count)
        var taken: [Int] = []
        while let lane = set.last {
            set.remove(lane)
            taken.append(lane)
        }
        #expect(taken == (0..<count).reversed())
        #expect(set.isEmpty)
    }

    @Test("A lane put back is there again, and others aren't")
    func insert() {
        var set = LaneSet(allOf: 70)
        while let lane = set.last { set.remove(lane) }
        set.insert(64)
        set.insert(3)
        #expect(set.contains(3) && set.contains(64) && !set.contains(4))
        #expect(set.last == 64)
        #expect(set.count == 2)
    }
}
