/// The elements of a JSON array in the making.
struct ArrayEncoding: UnkeyedEncodingContainer {
    let frame: EncodingFrame

    var codingPath: [any CodingKey] { frame.path?.keys ?? [] }
    var count: Int { frame.count }

    mutating func encodeNil() throws { try direct(Bool?.none) }
    mutating func encode(_ value: Bool) throws { try direct(value) }
    mutating func encode(_ value: String) throws { try direct(value) }
    mutating func encode(_ value: Double) throws { try direct(value) }
    mutating func encode(_ value: Float) throws { try direct(value) }
    mutating func encode(_ value: Int) throws { try direct(value) }
    mutating func encode(_ value: Int8) throws { try direct(value) }
    mutating func encode(_ value: Int16) throws { try direct(value) }
    mutating func encode(_ value: Int32) throws { try direct(value) }
    mutating func encode(_ value: Int64) throws { try direct(value) }
    mutating func encode(_ value: UInt) throws { try direct(value) }
    mutating func encode(_ value: UInt8) throws { try direct(value) }
    mutating func encode(_ value: UInt16) throws { try direct(value) }
    mutating func encode(_ value: UInt32) throws { try direct(value) }
    mutating func encode(_ value: UInt64) throws { try direct(value) }

    mutating func encode<Value: Encodable>(_ value: Value) throws {
        let key = PlaceKey(index: count)
        try frame.add(nil) { try frame.write(value, key: key) }
    }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        nested().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        nested().unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder { nested() }

    private func direct(_ value: some DirectlyEncodable) throws {
        try frame.add(nil) { try frame.sink.write(value) }
    }

    private func nested() -> ValueEncoder {
        let key = PlaceKey(index: count)
        return frame.add(nil) {
            ValueEncoder(frame: frame.sink.insertFrame(path: CodingPath(frame.path, key)))
        }
    }
}
