/// Builds values from a text that ``JSONCheck`` has found valid, and trusts it.
struct JSONReader {
    private let text: UnsafeRawBufferPointer
    private(set) var position = 0

    init(_ text: UnsafeRawBufferPointer) {
        self.text = text
    }

    /// Reads the value that begins at or after the position.
    mutating func value() throws(JSONError) -> JSONValue {
        switch next() {
        case UInt8(ascii: "\""): return .string(string())
        case UInt8(ascii: "{"): return try .object(object())
        case UInt8(ascii: "["): return try .array(array())
        case UInt8(ascii: "t"):
            skipLiteral(4)
            return true
        case UInt8(ascii: "f"):
            skipLiteral(5)
            return false
        case UInt8(ascii: "n"):
            skipLiteral(4)
            return .null
        default: return try number()
        }
    }

    /// Skips white space; the byte after it stays unread.
    mutating func next() -> UInt8 {
        while text[position] <= 0x20 { position += 1 }
        return text[position]
    }

    /// Skips a literal that comes next, of `count` bytes.
    mutating func skipLiteral(_ count: Int) {
        position += count
    }

    /// Reads the string whose quote comes next; its range lies between the quotes.
    mutating func stringSpan() -> StringSpan {
        position += 1
        let start = position
        var hasEscapes = false
        while true {
            position = JSONBytes.endOfPlain(text, from: position)
            switch text[position] {
            case UInt8(ascii: "\""):
                position += 1
                return StringSpan(range: start..<position - 1, hasEscapes: hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                position += 2
            default:
                position += 1
            }
        }
    }

    /// Reads the number that begins at the position.
    mutating func numberSpan() -> NumberSpan {
        let start = position
        var isInteger = true
        loop: while position < text.count {
            switch text[position] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): break
            case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "+"): isInteger = false
            default: break loop
            }
            position += 1
        }
        return NumberSpan(range: start..<position, isInteger: isInteger)
    }

    /// Skips white space, and the byte after it if that is `byte`; says whether it was.
    mutating func skip(_ byte: UInt8) -> Bool {
        guard next() == byte else { return false }
        position += 1
        return true
    }

    /// What the string at `span` says.
    func text(of span: StringSpan) -> String {
        span.string(in: text)
    }

    /// The number at `span`, if it is an integer that an `Int` holds.
    func integer(at span: NumberSpan) -> Int? {
        span.integer(in: text)
    }

    private mutating func string() -> String {
        stringSpan().string(in: text)
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let span = numberSpan()
        if span.isInteger {
            if let integer = span.integer(in: text, as: Int64.self) { return .int(integer) }
            if let integer = span.integer(in: text, as: UInt64.self) { return .uint(integer) }
        }
        guard let number = span.double(in: text) else {
            throw JSONError(.numberOutOfRange, at: span.range.lowerBound)
        }
        return .double(number)
    }

    private mutating func array() throws(JSONError) -> [JSONValue] {
        position += 1
        var elements: [JSONValue] = []
        guard !skip(UInt8(ascii: "]")) else { return elements }
        repeat {
            try elements.append(value())
        } while skip(UInt8(ascii: ","))
        position += 1
        return elements
    }

    private mutating func object() throws(JSONError) -> JSONObject {
        position += 1
        var members = JSONObject()
        guard !skip(UInt8(ascii: "}")) else { return members }
        repeat {
            _ = next()
            let start = position
            let name = string()
            _ = skip(UInt8(ascii: ":"))
            let value = try value()
            guard members.insert(name, value) else { throw JSONError(.duplicateMember(name), at: start) }
        } while skip(UInt8(ascii: ","))
        position += 1
        return members
    }
}
