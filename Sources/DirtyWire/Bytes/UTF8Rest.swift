/// What must still follow a UTF-8 lead byte, so that a sequence can be checked across pieces.
///
/// The bounds of the next byte keep out overlong forms, surrogates, and what lies above U+10FFFF.
struct UTF8Rest {
    /// How many bytes must come yet.
    private(set) var count: UInt8
    private var lower: UInt8 = 0x80
    private var upper: UInt8 = 0xBF

    /// Nothing has to come.
    init() {
        count = 0
    }

    /// What must follow `lead`, a byte of 0x80 or above; nil if no sequence begins with it.
    @inline(__always)
    init?(after lead: UInt8) {
        switch lead {
        case 0xC2...0xDF: count = 1
        case 0xE0...0xEF: count = 2
        case 0xF0...0xF4: count = 3
        default: return nil
        }
        switch lead {
        case 0xE0: lower = 0xA0
        case 0xED: upper = 0x9F
        case 0xF0: lower = 0x90
        case 0xF4: upper = 0x8F
        default: break
        }
    }

    /// Takes the next byte; false if it cannot stand there.
    @inline(__always)
    mutating func accept(_ byte: UInt8) -> Bool {
        guard byte >= lower, byte <= upper else { return false }
        lower = 0x80
        upper = 0xBF
        count &-= 1
        return true
    }

    /// The first position at or after `start` where no whole, valid sequence of two to four bytes begins.
    @inline(__always)
    static func endOfMultibyte(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var position = start
        while position < bytes.count, let rest = UTF8Rest(after: bytes[position]) {
            let length = rest.length(in: bytes, from: position &+ 1)
            guard length > 0 else { break }
            position &+= 1 &+ length
        }
        return position
    }

    /// The first position at or after `start` where neither ASCII nor a whole, valid sequence begins.
    static func endOfWhole(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var position = start
        while position < bytes.count {
            while position &+ 8 <= bytes.count {
                let word: UInt64 = bytes.littleEndian(at: position)
                guard word & 0x8080_8080_8080_8080 == 0 else { break }
                position &+= 8
            }
            while position < bytes.count, bytes[position] < 0x80 { position &+= 1 }
            let next = endOfMultibyte(bytes, from: position)
            guard next > position else { break }
            position = next
        }
        return position
    }

    /// How many bytes must come, if they all stand in `bytes` from `position` on and are right; else 0.
    @inline(__always)
    private func length(in bytes: UnsafeRawBufferPointer, from position: Int) -> Int {
        guard position &+ Int(count) <= bytes.count else { return 0 }
        guard bytes[position] >= lower, bytes[position] <= upper else { return 0 }
        if count > 1, bytes[position &+ 1] & 0xC0 != 0x80 { return 0 }
        if count > 2, bytes[position &+ 2] & 0xC0 != 0x80 { return 0 }
        return Int(count)
    }
}
