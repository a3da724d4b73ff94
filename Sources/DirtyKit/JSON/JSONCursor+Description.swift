extension JSONCursor {
    /// The value at the cursor in words, short enough for an error message.
    var description: String {
        var cursor = self
        guard let kind = try? cursor.kind() else { return "something that is not JSON" }
        switch kind {
        case .null: return "null"
        case .array: return "an array"
        case .object: return "an object"
        case .bool:
            return (try? cursor.readBool()) == true ? "true" : "false"
        case .number:
            guard let (range, _) = try? cursor.scanNumber() else { return "a broken number" }
            return "the number \(excerpt(range))"
        case .string:
            guard let (range, _) = try? cursor.scanString() else { return "a broken string" }
            return "the string \"\(excerpt(range))\""
        }
    }

    /// The text at `range`, cut after 40 bytes.
    private func excerpt(_ range: Range<Int>) -> String {
        guard range.count > 40 else { return String(decoding: text[range], as: UTF8.self) }
        var end = range.lowerBound + 40
        // Not in the middle of a character.
        while end > range.lowerBound, text[end] & 0xC0 == 0x80 { end -= 1 }
        return String(decoding: text[range.lowerBound..<end], as: UTF8.self) + "…"
    }
}
