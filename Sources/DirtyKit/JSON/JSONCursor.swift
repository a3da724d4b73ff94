/// A place in a JSON text: reads the value that stands there and moves past it.
///
/// Strict RFC 8259, bounds-checked at every byte, so that a text nobody checked before is refused and never overrun.
/// Every reading method expects the cursor at the value's first byte (white space before it is skipped).
/// The text is borrowed: a cursor must not outlive the call it was made for.
struct JSONCursor {
    /// How deep arrays and objects may nest; the host's own limit.
    static let maximumDepth = 512

    /// The whole text; offsets in errors count from its first byte.
    let text: UnsafeRawBufferPointer
    /// What `{"$attachment":i}` in this text refers to.
    let attachments: AttachmentViews
    /// The next byte to read.
    var offset = 0

    init(_ text: UnsafeRawBufferPointer, attachments: AttachmentViews = .none) {
        self.text = text
        self.attachments = attachments
    }

    /// The byte at the cursor, or nil at the end of the text.
    var byte: UInt8? {
        @inline(__always) get { offset < text.count ? text[offset] : nil }
    }

    /// Moves past white space.
    @inline(__always)
    mutating func skipSpace() {
        while offset < text.count {
            let byte = text[offset]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            offset += 1
        }
    }

    /// The kind of the value at the cursor, by its first byte.
    @inline(__always)
    mutating func kind() throws(JSONFault) -> JSONKind {
        skipSpace()
        guard offset < text.count else { throw JSONFault(.endOfText, at: offset) }
        switch text[offset] {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        default: throw JSONFault(.unexpectedByte, at: offset)
        }
    }

    /// Moves past `expected`, or says that something else stands there.
    @inline(__always)
    mutating func consume(_ expected: UInt8) throws(JSONFault) {
        skipSpace()
        guard offset < text.count else { throw JSONFault(.endOfText, at: offset) }
        guard text[offset] == expected else { throw JSONFault(.unexpectedByte, at: offset) }
        offset += 1
    }

    /// Moves past `expected` if it is next; says whether it was.
    @inline(__always)
    mutating func consumeIfNext(_ expected: UInt8) -> Bool {
        skipSpace()
        guard offset < text.count, text[offset] == expected else { return false }
        offset += 1
        return true
    }

    /// Checks that nothing but white space follows.
    mutating func finish() throws(JSONFault) {
        skipSpace()
        guard offset == text.count else { throw JSONFault(.textAfterValue, at: offset) }
    }

    /// Moves past one whole value, checking it.
    mutating func skipValue(depth: Int = 0) throws(JSONFault) {
        switch try kind() {
        case .string: try skipString()
        case .number: try skipNumber()
        case .bool: _ = try readBool()
        case .null: try readLiteral("null")
        case .array:
            guard depth < Self.maximumDepth else { throw JSONFault(.tooDeep, at: offset) }
            offset += 1
            if consumeIfNext(UInt8(ascii: "]")) { return }
            repeat { try skipValue(depth: depth + 1) } while consumeIfNext(UInt8(ascii: ","))
            try consume(UInt8(ascii: "]"))
        case .object:
            guard depth < Self.maximumDepth else { throw JSONFault(.tooDeep, at: offset) }
            offset += 1
            if consumeIfNext(UInt8(ascii: "}")) { return }
            repeat {
                try skipString()
                try consume(UInt8(ascii: ":"))
                try skipValue(depth: depth + 1)
            } while consumeIfNext(UInt8(ascii: ","))
            try consume(UInt8(ascii: "}"))
        }
    }

    /// Reads `true` or `false`.
    mutating func readBool() throws(JSONFault) -> Bool {
        if byte == UInt8(ascii: "t") {
            try readLiteral("true")
            return true
        }
        try readLiteral("false")
        return false
    }

    /// Moves past a literal name.
    mutating func readLiteral(_ name: StaticString) throws(JSONFault) {
        let count = name.utf8CodeUnitCount
        for index in 0..<count {
            guard offset + index < text.count else { throw JSONFault(.endOfText, at: offset + index) }
            guard text[offset + index] == name.utf8Start[index] else {
                throw JSONFault(.unexpectedByte, at: offset + index)
            }
        }
        offset += count
    }

    /// Reads `null` if it is next; says whether it was.
    mutating func readNullIfNext() throws(JSONFault) -> Bool {
        skipSpace()
        guard byte == UInt8(ascii: "n") else { return false }
        try readLiteral("null")
        return true
    }
}
