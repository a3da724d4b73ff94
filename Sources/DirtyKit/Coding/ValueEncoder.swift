import struct FoundationEssentials.URL

/// An `Encoder` that writes JSON text, for types that aren't ``DirectlyEncodable``.
///
/// Bytes may stand anywhere inside and become attachments; a URL is a string.
struct ValueEncoder: Encoder {
    let frame: EncodingFrame

    var codingPath: [any CodingKey] { frame.path?.keys ?? [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    /// Appends `value` to `output`.
    static func write<Value: Encodable>(_ value: Value, to output: inout JSONOutput) throws {
        // Moved out and back in: the buffer must not be shared while it grows.
        let sink = EncodingSink(output)
        output = JSONOutput()
        try write(value, to: sink, path: nil)
        sink.assemble()
        if let fault = sink.fault { throw fault }
        output = sink.output
    }

    /// Appends `value` to `sink`.
    static func write<Value: Encodable>(_ value: Value, to sink: EncodingSink, path: CodingPath?) throws {
        if let url = value as? URL { return try sink.write(url.absoluteString) }
        let frame = EncodingFrame(sink: sink, path: path)
        try value.encode(to: ValueEncoder(frame: frame))
        frame.close()
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        frame.become(.object)
        return KeyedEncodingContainer(ObjectEncoding(frame: frame))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        frame.become(.array)
        return ArrayEncoding(frame: frame)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }
}

extension ValueEncoder: SingleValueEncodingContainer {
    func encodeNil() throws { try encodeDirect(Bool?.none) }
    func encode(_ value: Bool) throws { try encodeDirect(value) }
    func encode(_ value: String) throws { try encodeDirect(value) }
    func encode(_ value: Double) throws { try encodeDirect(value) }
    func encode(_ value: Float) throws { try encodeDirect(value) }
    func encode(_ value: Int) throws { try encodeDirect(value) }
    func encode(_ value: Int8) throws { try encodeDirect(value) }
    func encode(_ value: Int16) throws { try encodeDirect(value) }
    func encode(_ value: Int32) throws { try encodeDirect(value) }
    func encode(_ value: Int64) throws { try encodeDirect(value) }
    func encode(_ value: UInt) throws { try encodeDirect(value) }
    func encode(_ value: UInt8) throws { try encodeDirect(value) }
    func encode(_ value: UInt16) throws { try encodeDirect(value) }
    func encode(_ value: UInt32) throws { try encodeDirect(value) }
    func encode(_ value: UInt64) throws { try encodeDirect(value) }

    func encode<Value: Encodable>(_ value: Value) throws {
        frame.become(.single)
        try frame.write(value, key: nil)
    }

    /// Writes a value that needs no container.
    func encodeDirect(_ value: some DirectlyEncodable) throws {
        frame.become(.single)
        try frame.sink.write(value)
    }
}
