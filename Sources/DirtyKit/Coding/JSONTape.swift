/// The outline of one JSON value: every value and key inside it, in text order, each knowing where its successor is.
///
/// One pass over the text and one array; a `Decoder`, which asks in any order, then finds its way without reading
/// again.
final class JSONTape {
    /// One value or key.
    struct Entry {
        let kind: JSONKind
        /// Where it starts in the text.
        let offset: Int
        /// The entry after this value and all that is inside it.
        var next = 0
        /// Direct elements of an array, members of an object.
        var count = 0
    }

    /// A cursor over the text the tape is of.
    let source: JSONCursor
    private(set) var entries: [Entry] = []

    /// Reads the value at the cursor and moves past it.
    init(_ cursor: inout JSONCursor) throws(JSONFault) {
        source = cursor
        try appendValue(&cursor, depth: 0)
    }

    /// A cursor standing at entry `index`.
    func cursor(at index: Int) -> JSONCursor {
        var cursor = source
        cursor.offset = entries[index].offset
        return cursor
    }

    /// Whether entry `index`, a key, says `name`.
    func key(_ index: Int, equals name: String) -> Bool {
        var cursor = cursor(at: index)
        guard let (range, hasEscapes) = try? cursor.scanString() else { return false }
        if hasEscapes { return String(decoding: cursor.unescaped(range), as: UTF8.self) == name }
        var name = name
        return name.withUTF8 { $0.count == range.count && $0.elementsEqual(cursor.text[range]) }
    }

    private func appendValue(_ cursor: inout JSONCursor, depth: Int) throws(JSONFault) {
        let kind = try cursor.kind()
        let index = entries.count
        entries.append(Entry(kind: kind, offset: cursor.offset))
        switch kind {
        case .null, .bool, .number, .string:
            try cursor.skipValue()
        case .array:
            try open(&cursor, depth: depth)
            if cursor.consumeIfNext(UInt8(ascii: "]")) { break }
            repeat {
                try appendValue(&cursor, depth: depth + 1)
                entries[index].count += 1
            } while cursor.consumeIfNext(UInt8(ascii: ","))
            try cursor.consume(UInt8(ascii: "]"))
        case .object:
            try open(&cursor, depth: depth)
            if cursor.consumeIfNext(UInt8(ascii: "}")) { break }
            repeat {
                cursor.skipSpace()
                entries.append(Entry(kind: .string, offset: cursor.offset, next: entries.count + 1))
                try cursor.skipString()
                try cursor.consume(UInt8(ascii: ":"))
                try appendValue(&cursor, depth: depth + 1)
                entries[index].count += 1
            } while cursor.consumeIfNext(UInt8(ascii: ","))
            try cursor.consume(UInt8(ascii: "}"))
        }
        entries[index].next = entries.count
    }

    private func open(_ cursor: inout JSONCursor, depth: Int) throws(JSONFault) {
        guard depth < JSONCursor.maximumDepth else { throw JSONFault(.tooDeep, at: cursor.offset) }
        cursor.offset += 1
    }
}
