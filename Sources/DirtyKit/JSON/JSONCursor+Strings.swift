extension JSONCursor {
    /// Moves past a string.
    mutating func skipString() throws(JSONFault) {
        _ = try scanString()
    }

    /// Moves past a string and returns where its contents stand (without quotes) and whether they hold escapes.
    mutating func scanString() throws(JSONFault) -> (range: Range<Int>, hasEscapes: Bool) {
        try consume(UInt8(ascii: "\""))
        let start = offset
        var hasEscapes = false
        while offset < text.count {
            let byte = text[offset]
            if byte == UInt8(ascii: "\"") {
                defer { offset += 1 }
                return (start..<offset, hasEscapes)
            }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                try skipEscape()
            } else if byte < 0x20 {
                throw JSONFault(.controlByte, at: offset)
            } else {
                offset += 1
            }
        }
        throw JSONFault(.endOfText, at: offset)
    }

    /// Reads a string.
    mutating func readString() throws(JSONFault) -> String {
        let (range, hasEscapes) = try scanString()
        if !hasEscapes {
            return try string(of: UnsafeRawBufferPointer(rebasing: text[range]), at: range.lowerBound)
        }
        let bytes = unescaped(range)
        var result: String?
        bytes.withUnsafeBytes { result = String(validating: $0, as: UTF8.self) }
        guard let result else { throw JSONFault(.notUTF8, at: range.lowerBound) }
        return result
    }

    /// Whether the string scanned at `range` says `name`.
    func string(_ range: Range<Int>, hasEscapes: Bool, equals name: [UInt8]) -> Bool {
        if hasEscapes { return unescaped(range) == name }
        return UnsafeRawBufferPointer(rebasing: text[range]).says(name)
    }

    private func string(of bytes: UnsafeRawBufferPointer, at start: Int) throws(JSONFault) -> String {
        guard let string = String(validating: bytes, as: UTF8.self) else { throw JSONFault(.notUTF8, at: start) }
        return string
    }

    private mutating func skipEscape() throws(JSONFault) {
        guard offset + 1 < text.count else { throw JSONFault(.endOfText, at: offset) }
        switch text[offset + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            offset += 2
        case UInt8(ascii: "u"):
            guard offset + 5 < text.count else { throw JSONFault(.endOfText, at: text.count) }
            guard codeUnit(at: offset + 2) != nil else { throw JSONFault(.badEscape, at: offset) }
            offset += 6
        default:
            throw JSONFault(.badEscape, at: offset)
        }
    }

    /// The contents of a scanned string with its escapes resolved; half of a surrogate pair becomes U+FFFD.
    func unescaped(_ range: Range<Int>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        var at = range.lowerBound
        while at < range.upperBound {
            guard text[at] == UInt8(ascii: "\\") else {
                bytes.append(text[at])
                at += 1
                continue
            }
            let escape = text[at + 1]
            at += 2
            switch escape {
            case UInt8(ascii: "b"): bytes.append(0x08)
            case UInt8(ascii: "f"): bytes.append(0x0C)
            case UInt8(ascii: "n"): bytes.append(0x0A)
            case UInt8(ascii: "r"): bytes.append(0x0D)
            case UInt8(ascii: "t"): bytes.append(0x09)
            case UInt8(ascii: "u"): appendScalar(&at, end: range.upperBound, to: &bytes)
            default: bytes.append(escape)
            }
        }
        return bytes
    }

    private func appendScalar(_ at: inout Int, end: Int, to bytes: inout [UInt8]) {
        let first = codeUnit(at: at) ?? 0xFFFD
        at += 4
        var scalar = Unicode.Scalar(first) ?? "\u{FFFD}"
        if UTF16.isLeadSurrogate(first), at + 6 <= end, text[at] == UInt8(ascii: "\\"),
            text[at + 1] == UInt8(ascii: "u"),
            let second = codeUnit(at: at + 2), UTF16.isTrailSurrogate(second)
        {
            at += 6
            let value = 0x10000 + (UInt32(first & 0x3FF) << 10 | UInt32(second & 0x3FF))
            scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
        }
        bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    /// The four hexadecimal digits at `start`, or nil if they aren't.
    private func codeUnit(at start: Int) -> UInt16? {
        var value: UInt16 = 0
        for index in start..<start + 4 {
            let digit: UInt8
            switch text[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = text[index] - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = text[index] - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = text[index] - UInt8(ascii: "A") + 10
            default: return nil
            }
            value = value << 4 | UInt16(digit)
        }
        return value
    }
}
