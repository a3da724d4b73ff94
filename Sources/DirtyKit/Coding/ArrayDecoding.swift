/// The elements of a JSON array, one after the other.
struct ArrayDecoding: UnkeyedDecodingContainer {
    private let decoder: ValueDecoder
    private var next: Int
    private(set) var currentIndex = 0

    init(decoder: ValueDecoder) {
        self.decoder = decoder
        next = decoder.index + 1
    }

    var codingPath: [any CodingKey] { decoder.codingPath }
    var count: Int? { decoder.tape.entries[decoder.index].count }
    var isAtEnd: Bool { currentIndex == decoder.tape.entries[decoder.index].count }

    /// The decoder of the next element.
    private func element() throws -> ValueDecoder {
        guard !isAtEnd else {
            let mismatch = ValueMismatch(
                expected: "an array of more elements",
                found: "one of \(currentIndex)",
                path: codingPath.text
            )
            throw DecodingError.valueNotFound(
                Any.self,
                .init(codingPath: codingPath, debugDescription: mismatch.message, underlyingError: mismatch)
            )
        }
        return decoder.nested(next, PlaceKey(index: currentIndex))
    }

    private mutating func advance() {
        next = decoder.tape.entries[next].next
        currentIndex += 1
    }

    mutating func decodeNil() throws -> Bool {
        guard try element().decodeNil() else { return false }
        advance()
        return true
    }

    private mutating func take<Value>(_ read: (ValueDecoder) throws -> Value) throws -> Value {
        let value = try read(try element())
        advance()
        return value
    }

    mutating func decode(_ type: Bool.Type) throws -> Bool { try take { try $0.direct(type) } }
    mutating func decode(_ type: String.Type) throws -> String { try take { try $0.direct(type) } }
    mutating func decode(_ type: Double.Type) throws -> Double { try take { try $0.direct(type) } }
    mutating func decode(_ type: Float.Type) throws -> Float { try take { try $0.direct(type) } }
    mutating func decode(_ type: Int.Type) throws -> Int { try take { try $0.direct(type) } }
    mutating func decode(_ type: Int8.Type) throws -> Int8 { try take { try $0.direct(type) } }
    mutating func decode(_ type: Int16.Type) throws -> Int16 { try take { try $0.direct(type) } }
    mutating func decode(_ type: Int32.Type) throws -> Int32 { try take { try $0.direct(type) } }
    mutating func decode(_ type: Int64.Type) throws -> Int64 { try take { try $0.direct(type) } }
    mutating func decode(_ type: UInt.Type) throws -> UInt { try take { try $0.direct(type) } }
    mutating func decode(_ type: UInt8.Type) throws -> UInt8 { try take { try $0.direct(type) } }
    mutating func decode(_ type: UInt16.Type) throws -> UInt16 { try take { try $0.direct(type) } }
    mutating func decode(_ type: UInt32.Type) throws -> UInt32 { try take { try $0.direct(type) } }
    mutating func decode(_ type: UInt64.Type) throws -> UInt64 { try take { try $0.direct(type) } }
    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try take { try $0.decode(type) } }

    mutating func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        try take { try $0.container(keyedBy: type) }
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try take { try $0.unkeyedContainer() }
    }

    mutating func superDecoder() throws -> any Decoder { try take { $0 } }
}
