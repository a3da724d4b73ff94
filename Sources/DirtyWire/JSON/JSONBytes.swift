/// What single bytes and words of eight mean in JSON text.
enum JSONBytes {
    /// The first position at or after `start` whose byte is not plain: a quote, a backslash, a control character or
    /// above ASCII; the end if all are plain.
    @inline(__always)
    static func endOfPlain(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var position = start
        while position &+ 8 <= bytes.count {
            let marks = marksOfSpecial(bytes.littleEndian(at: position))
            if marks != 0 { return position &+ marks.trailingZeroBitCount >> 3 }
            position &+= 8
        }
        while position < bytes.count, isPlain(bytes[position]) {
            position &+= 1
        }
        return position
    }

    /// Whether a byte can stand in a string as it is and is ASCII.
    @inline(__always)
    static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x80 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    /// Whether a byte is white space.
    @inline(__always)
    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    /// Whether a byte is a decimal digit.
    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") < 10
    }

    /// The top bit of each byte that is not plain.
    ///
    /// Borrows may mark bytes above one that is rightly marked, never below it: only the lowest mark is to be believed.
    @inline(__always)
    private static func marksOfSpecial(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = word ^ (ones &* 0x22)
        let backslashes = word ^ (ones &* 0x5C)
        let below = (word &- ones &* 0x20) & ~word
        let equal = ((quotes &- ones) & ~quotes) | ((backslashes &- ones) & ~backslashes)
        return (below | equal | word) & (ones &* 0x80)
    }

    /// What the escape `\` + `name` stands for; nil for `u` and what names none.
    @inline(__always)
    static func unescaped(_ name: UInt8) -> UInt8? {
        switch name {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): name
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: nil
        }
    }

    /// The position after the escape whose backslash is at `start`; `start` if the escape does not end before the
    /// buffer does, is not valid, or is of a surrogate.
    @inline(__always)
    static func endOfEscape(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        guard start &+ 2 <= bytes.count else { return start }
        if unescaped(bytes[start &+ 1]) != nil { return start &+ 2 }
        guard start &+ 6 <= bytes.count, bytes[start &+ 1] == UInt8(ascii: "u"),
            let first = hexDigit(bytes[start &+ 2]), let second = hexDigit(bytes[start &+ 3]),
            hexDigit(bytes[start &+ 4]) != nil, hexDigit(bytes[start &+ 5]) != nil,
            first != 0xD || second < 8
        else { return start }
        return start &+ 6
    }

    /// The value of a hexadecimal digit; nil if it is none.
    @inline(__always)
    static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
