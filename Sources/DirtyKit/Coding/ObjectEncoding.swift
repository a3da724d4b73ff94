/// The members of a JSON object in the making.
struct ObjectEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let frame: EncodingFrame

    var codingPath: [any CodingKey] { frame.path?.keys ?? [] }

    mutating func encodeNil(forKey key: Key) throws { try direct(Bool?.none, key) }
    mutating func encode(_ value: Bool, forKey key: Key) throws { try direct(value, key) }
    mutating func encode(_ value: String, forKey key: Key) throws { try direct(value, key) }
    mutating func encode(_ value: Double, forKey key: Key) throws { try direct(value, key) }
    mutating func encode(_ value: Float, forKey key: Key) throws { try direct(value, key) }
    mutating func encode(_ value: Int, forKey key: Key) throws { try direct(value, key) }
    mutating func encode(_ value: Int8, forKey key: Key) throws { try direct(value, key) }
    mutating func encode(_ value: Int16, forKey key: Key) throws { try direct(value, key) }
    mutating func encode(_ value: Int32, forKey key: Key) throws { try direct(value, key) }
    mutating func encode(_ value: Int64, forKey key: Key) throws { try direct(value, key) }
    mutating func encode(_ value: UInt, forKey key: Key) throws { try direct(value, key) }
    mutating func encode(_ value: UInt8, forKey key: Key) throws { try direct(value, key) }
    mutating func encode(_ value: UInt16, forKey key: Key) throws { try direct(value, key) }
    mutating func encode(_ value: UInt32, forKey key: Key) throws { try direct(value, key) }
    mutating func encode(_ value: UInt64, forKey key: Key) throws { try direct(value, key) }

    mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        try frame.add(key.stringValue) { try frame.write(value, key: key) }
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        nested(key).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        nested(key).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder { nested(PlaceKey.super) }

    mutating func superEncoder(forKey key: Key) -> any Encoder { nested(key) }

    private func direct(_ value: some DirectlyEncodable, _ key: Key) throws {
        try frame.add(key.stringValue) { try frame.sink.write(value) }
    }

    private func nested(_ key: any CodingKey) -> ValueEncoder {
        frame.add(key.stringValue) {
            ValueEncoder(frame: frame.sink.insertFrame(path: CodingPath(frame.path, key)))
        }
    }
}
