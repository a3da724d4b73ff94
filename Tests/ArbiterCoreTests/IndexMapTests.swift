import Testing

@testable import ArbiterCore

@Suite("Index map")
struct IndexMapTests {
    @Test("It finds what a dictionary would, through any insertions and removals")
    func random() {
        for seed in UInt64(0)..<30 {
            var random = RandomSource(seed: seed)
            var map = IndexMap()
            var model: [Int: Int] = [:]
            // Ids that collide in their low bits, as well as ids that rise.
            let stride = [1, 16, 1024][Int.random(in: 0..<3, using: &random)]
            for step in 1...500 {
                let id = Int.random(in: 0..<60, using: &random) * stride
                if model[id] == nil {
                    map.insert(id, index: step)
                    model[id] = step
                } else {
                    #expect(map.remove(id) == model.removeValue(forKey: id))
                }
                #expect(map.remove(-1) == nil)
                #expect(map.count == model.count)
                for other in 0..<60 { #expect(map[other * stride] == model[other * stride]) }
            }
        }
    }

    @Test("It stays small when ids rise for ever and few live at a time")
    func rising() {
        var map = IndexMap()
        map.insert(1, index: 0)
        for id in 2..<5000 {
            map.insert(id, index: id)
            if id > 5 { #expect(map.remove(id - 4) == id - 4) }
        }
        #expect(map[1] == 0)
        #expect(map.count == 5)
    }
}
