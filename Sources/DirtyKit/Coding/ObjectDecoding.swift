/// The members of a JSON object, by key.
///
/// A class, because it remembers where it last found a key: members are mostly asked for in the order they stand in,
/// which makes each look-up one comparison. Keys asked for in another order are found by an index, made at the first
/// such look-up of a large object.
final class ObjectDecoding<Key: CodingKey>: KeyedDecodingContainerProtocol {
    private let decoder: ValueDecoder
    private let range: Range<Int>
    /// The key entry after the one found last.
    private var hint: Int
    private var indexByName: [String: Int]?

    init(decoder: ValueDecoder) {
        self.decoder = decoder
        range = (decoder.index + 1)..<decoder.tape.entries[decoder.index].next
        hint = range.lowerBound
    }

    var codingPath: [any CodingKey] { decoder.codingPath }

    var allKeys: [Key] {
        var keys: [Key] = []
        var at = range.lowerBound
        while at < range.upperBound {
            if let key = Key(stringValue: name(at)) { keys.append(key) }
            at = decoder.tape.entries[at + 1].next
        }
        return keys
    }

    func contains(_ key: Key) -> Bool { find(key) != nil }

    func decodeNil(forKey key: Key) throws -> Bool { try value(key).decodeNil() }
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try value(key).direct(type) }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try value(key).direct(type) }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try value(key).direct(type) }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try value(key).direct(type) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try value(key).direct(type) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try value(key).direct(type) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try value(key).direct(type) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try value(key).direct(type) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try value(key).direct(type) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try value(key).direct(type) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try value(key).direct(type) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try value(key).direct(type) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try value(key).direct(type) }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try value(key).direct(type) }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try value(key).decode(type)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try value(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try value(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder {
        guard let index = find(PlaceKey.super) else { throw missing(PlaceKey.super) }
        return decoder.nested(index, PlaceKey.super)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder { try value(key) }

    private func value(_ key: Key) throws -> ValueDecoder {
        guard let index = find(key) else { throw missing(key) }
        return decoder.nested(index, key)
    }

    private func missing(_ key: any CodingKey) -> DecodingError {
        let mismatch = ValueMismatch(
            expected: "an object with a member \"\(key.stringValue)\"",
            found: "one without it",
            path: codingPath.text
        )
        return .keyNotFound(
            key,
            .init(codingPath: codingPath, debugDescription: mismatch.message, underlyingError: mismatch)
        )
    }

    private func name(_ index: Int) -> String {
        var cursor = decoder.tape.cursor(at: index)
        return (try? cursor.readString()) ?? ""
    }

    /// The entry of the value of `key`, or nil.
    private func find(_ key: any CodingKey) -> Int? {
        let name = key.stringValue
        let tape = decoder.tape
        if hint < range.upperBound, tape.key(hint, equals: name) {
            defer { hint = tape.entries[hint + 1].next }
            return hint + 1
        }
        if tape.entries[decoder.index].count > 16 {
            if indexByName == nil { indexByName = makeIndex() }
            return indexByName?[name]
        }
        var at = range.lowerBound
        while at < range.upperBound {
            let next = tape.entries[at + 1].next
            if tape.key(at, equals: name) {
                hint = next
                return at + 1
            }
            at = next
        }
        return nil
    }

    private func makeIndex() -> [String: Int] {
        var index: [String: Int] = [:]
        var at = range.lowerBound
        while at < range.upperBound {
            let name = name(at)
            if index[name] == nil { index[name] = at + 1 }
            at = decoder.tape.entries[at + 1].next
        }
        return index
    }
}
