/// Base64 by RFC 4648 §4: the standard alphabet, padded, without line breaks.
public enum Base64 {
    /// How many characters `count` bytes become.
    public static func encodedBytes(_ count: Int) -> Int {
        (count + 2) / 3 * 4
    }

    /// Appends `bytes` encoded.
    public static func append(_ bytes: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        let start = output.count
        output.append(contentsOf: repeatElement(UInt8(ascii: "="), count: encodedBytes(bytes.count)))
        output.withUnsafeMutableBytes { buffer in
            var place = start
            var position = 0
            while position < bytes.count {
                let left = bytes.count - position
                var group = UInt32(bytes[position]) << 16
                if left > 1 { group |= UInt32(bytes[position + 1]) << 8 }
                if left > 2 { group |= UInt32(bytes[position + 2]) }
                buffer[place] = character(group >> 18)
                buffer[place + 1] = character(group >> 12)
                if left > 1 { buffer[place + 2] = character(group >> 6) }
                if left > 2 { buffer[place + 3] = character(group) }
                position += 3
                place += 4
            }
        }
    }

    /// The bytes that `text` encodes; nil if it is not Base64 as it must be: an unknown character, padding that is
    /// missing or in the wrong place, or bits set that encode nothing.
    public static func decode(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        var padding = 0
        while padding < min(2, text.count), text[text.count - 1 - padding] == UInt8(ascii: "=") { padding += 1 }
        var output: [UInt8] = []
        output.reserveCapacity(text.count / 4 * 3)
        for start in stride(from: 0, to: text.count, by: 4) {
            let characters = start + 4 == text.count ? 4 - padding : 4
            var group: UInt32 = 0
            for position in start..<start + characters {
                guard let value = value(of: text[position]) else { return nil }
                group = group << 6 | value
            }
            group <<= UInt32(6 * (4 - characters))
            output.append(UInt8(truncatingIfNeeded: group >> 16))
            if characters > 2 { output.append(UInt8(truncatingIfNeeded: group >> 8)) }
            if characters > 3 { output.append(UInt8(truncatingIfNeeded: group)) }
            let unused: UInt32 = characters == 2 ? 0xFFFF : characters == 3 ? 0xFF : 0
            guard group & unused == 0 else { return nil }
        }
        return output
    }

    @inline(__always)
    private static func character(_ bits: UInt32) -> UInt8 {
        let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        return alphabet.utf8Start[Int(bits & 63)]
    }

    @inline(__always)
    private static func value(of character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
