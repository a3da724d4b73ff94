import Testing

@testable import ArbiterCore

@Suite("Slab")
struct SlabTests {
    @Test("Elements keep their places, and the places of removed ones are used again")
    func places() {
        var slab = Slab<String>()
        #expect(slab.nextIndex == 0)
        let (a, b, c) = (slab.insert("a"), slab.insert("b"), slab.insert("c"))
        slab.remove(at: b)
        #expect(!slab.contains(b) && slab.contains(c) && !slab.contains(9) && !slab.contains(-1))
        #expect(slab.nextIndex == b)
        #expect(Array(slab.indices) == [a, c])
        #expect(slab.insert("d") == b)
        slab[b] += "!"
        #expect(slab[b] == "d!")
        #expect(slab.count == 3)
    }
}
