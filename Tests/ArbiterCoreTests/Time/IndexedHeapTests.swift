import Testing

@testable import ArbiterCore

@Suite("Indexed heap")
struct IndexedHeapTests {
    @Test("Whatever is inserted, moved and removed, the first is the least")
    func random() {
        for seed in UInt64(0)..<10 {
            var random = RandomSource(seed: seed)
            var heap = IndexedHeap<Int, Int>()
            var model: [Int: (handle: HeapHandle, key: Int)] = [:]
            for step in 0..<400 {
                switch Int.random(in: 0..<4, using: &random) {
                case 0, 1:
                    let key = Int.random(in: 0..<50, using: &random)
                    model[step] = (heap.insert(step, key: key), key)
                case 2:
                    guard let value = model.keys.sorted().randomElement(using: &random) else { break }
                    let key = Int.random(in: 0..<50, using: &random)
                    heap.update(model[value]!.handle, key: key)
                    model[value]!.key = key
                default:
                    guard let value = model.keys.sorted().randomElement(using: &random) else { break }
                    heap.remove(model[value]!.handle)
                    model[value] = nil
                }
                #expect(heap.count == model.count)
                #expect(heap.first?.key == model.values.map(\.key).min())
                #expect(heap.first.map { model[$0.value]?.key == $0.key } ?? true)
                let even = heap.first { $0 % 2 == 0 }
                #expect(even?.key == model.filter { $0.key % 2 == 0 }.map(\.value.key).min())
                #expect(even.map { $0.value % 2 == 0 } ?? true)
            }
        }
    }

    @Test("Entries come out in the order of their keys")
    func sorted() {
        var heap = IndexedHeap<Int, Int>()
        var handles: [Int: HeapHandle] = [:]
        for value in 0..<200 { handles[value] = heap.insert(value, key: (value * 37) % 200) }
        var keys: [Int] = []
        while let first = heap.first {
            keys.append(first.key)
            heap.remove(handles[first.value]!)
        }
        #expect(keys == Array(0..<200))
    }

    @Test("A search for the first match looks no further than it must")
    func search() {
        var heap = IndexedHeap<Int, Int>()
        for value in 0..<1000 { _ = heap.insert(value, key: value) }
        var looked = 0
        let found = heap.first {
            looked += 1
            return $0 >= 3
        }
        #expect(found?.value == 3)
        #expect(looked <= 3 * 4 + 1)
    }
}
