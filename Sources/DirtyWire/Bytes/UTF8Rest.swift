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

    /// How many bytes must come, if they all stand in `bytes` from `position` on and are right; else 0.
    @inline(__always)
    func length(in bytes: UnsafeRawBufferPointer, from position: Int) -> Int {
        guard position &+ Int(count) <= bytes.count else { return 0 }
        guard bytes[position] >= lower, bytes[position] <= upper else { return 0 }
        if count > 1, bytes[position &+ 1] & 0xC0 != 0x80 { return 0 }
        if count > 2, bytes[position &+ 2] & 0xC0 != 0x80 { return 0 }
        return Int(count)
    }
}
