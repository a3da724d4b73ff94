/// A fast hash of bytes, by keys that each process draws anew: whoever doesn't know them can't aim at a value.
///
/// It folds the halves of wide products, eight bytes at a time. Equal bytes in equal portions give equal hashes.
struct KeyedHash {
    private struct Keys {
        let state = UInt64.random(in: .min ... .max)
        let word = UInt64.random(in: .min ... .max)
        let factor = UInt64.random(in: .min ... .max) | 1
    }

    private static let drawn = Keys()

    private let keys: Keys
    private var state: UInt64

    /// The hash of nothing.
    init() {
        keys = Self.drawn
        state = keys.state
    }

    /// The hash of bytes.
    static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var hash = KeyedHash()
        hash.combine(bytes)
        return hash.value
    }

    /// Adds a number.
    mutating func combine(_ number: UInt64) {
        let product = (state ^ number ^ keys.word).multipliedFullWidth(by: keys.factor ^ state)
        state = product.high ^ product.low ^ number
    }

    /// Adds bytes, and how many they are.
    mutating func combine(_ bytes: UnsafeRawBufferPointer) {
        var offset = 0
        while offset + 8 <= bytes.count {
            combine(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        var last: UInt64 = 0
        if offset + 4 <= bytes.count {
            // The two overlap where there are fewer than eight.
            let low = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
            let high = bytes.loadUnaligned(fromByteOffset: bytes.count - 4, as: UInt32.self)
            last = UInt64(high) << 32 | UInt64(low)
        } else {
            while offset < bytes.count {
                last = last << 8 | UInt64(bytes[offset])
                offset += 1
            }
        }
        combine(last)
        combine(UInt64(bytes.count))
    }

    /// The hash of what was added.
    var value: UInt64 {
        var end = self
        end.combine(0)
        return end.state
    }
}
