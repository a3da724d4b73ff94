import Testing

@testable import DirtyArbiter

@Suite("Hashes of bytes")
struct KeyedHashTests {
    private func hash(_ portions: [UInt8]...) -> UInt64 {
        var hash = KeyedHash()
        for portion in portions { portion.withUnsafeBytes { hash.combine($0) } }
        return hash.value
    }

    @Test("are equal for equal bytes in equal portions, wherever these are")
    func equal() {
        for count in 0..<40 {
            let bytes = pattern(count)
            #expect(hash(bytes) == hash(Array(bytes)))
            // At another alignment.
            let shifted = [0] + bytes
            #expect(hash(bytes) == shifted.withUnsafeBytes { KeyedHash.of(UnsafeRawBufferPointer(rebasing: $0[1...])) })
            #expect(hash([1], bytes) == hash([1], bytes))
        }
        #expect(KeyedHash.of(UnsafeRawBufferPointer(start: nil, count: 0)) == hash([]))
        #expect(KeyedHash().value == KeyedHash().value)
    }

    @Test("differ for every other length, though only zeros are added")
    func lengths() {
        var hashes: Set<UInt64> = []
        for count in 0..<100 {
            hashes.insert(hash([UInt8](repeating: 0, count: count)))
            hashes.insert(hash([7] + [UInt8](repeating: 0, count: count)))
        }
        #expect(hashes.count == 200)
    }

    @Test("differ for each byte that differs, and for other portions of the same bytes")
    func differences() {
        for count in [1, 7, 8, 9, 16, 23] {
            let bytes = pattern(count)
            var hashes: Set<UInt64> = [hash(bytes)]
            for place in bytes.indices {
                var other = bytes
                other[place] ^= 1
                hashes.insert(hash(other))
                hashes.insert(hash(Array(bytes[..<place]), Array(bytes[place...])))
            }
            #expect(hashes.count == 1 + 2 * count)
        }
    }

    @Test("differ for other numbers, and for numbers in another order")
    func numbers() {
        var hashes: Set<UInt64> = []
        for (first, second) in [(0, 0), (0, 1), (1, 0), (1, 1), (.max, 0), (0, .max)] as [(UInt64, UInt64)] {
            var hash = KeyedHash()
            hash.combine(first)
            hash.combine(second)
            hashes.insert(hash.value)
        }
        #expect(hashes.count == 6)
    }
}
