/// Ways to cut bytes in pieces, as a socket might.
enum Pieces {
    /// Calls `body` with every way that the tests know to cut `bytes`: whole, byte by byte, at every single place, and
    /// at random places that `seed` repeats.
    static func everyCut(of bytes: [UInt8], seed: UInt64, _ body: ([[UInt8]]) throws -> Void) rethrows {
        try body([bytes])
        try body(bytes.map { [$0] })
        for place in 0...bytes.count {
            try body([Array(bytes[..<place]), Array(bytes[place...])])
        }
        var random = SeededRandom(seed: seed)
        for _ in 0..<8 {
            try body(randomCut(of: bytes, &random))
        }
    }

    /// Cuts `bytes` at random places, some pieces empty.
    static func randomCut(of bytes: [UInt8], _ random: inout SeededRandom) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var start = 0
        while start < bytes.count {
            let end = Int.random(in: start...min(bytes.count, start + 12), using: &random)
            pieces.append(Array(bytes[start..<end]))
            start = end
        }
        return pieces
    }
}
