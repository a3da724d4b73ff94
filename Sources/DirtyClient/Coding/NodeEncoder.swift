import DirtyWire

/// The `Encoder` handed to a type that encodes itself; writes into one node.
struct NodeEncoder: Encoder {
    let encoder: ArgumentEncoder
    let node: EncodingNode
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        node.beObject()
        return KeyedEncodingContainer(KeyedNodeContainer<Key>(base: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        node.beArray()
        return UnkeyedNodeContainer(base: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        self
    }

    /// The same for a value one step further in.
    func step(_ key: any CodingKey, into node: EncodingNode) -> NodeEncoder {
        NodeEncoder(encoder: encoder, node: node, codingPath: codingPath + [key])
    }

    private func setNumber(_ value: Double) throws {
        guard value.isFinite else {
            throw EncodingError.invalidValue(
                value,
                .init(codingPath: codingPath, debugDescription: "\(value) has no form in JSON")
            )
        }
        node.set(.double(value))
    }
}

extension NodeEncoder: SingleValueEncodingContainer {
    func encodeNil() { node.set(.null) }
    func encode(_ value: Bool) { node.set(.bool(value)) }
    func encode(_ value: String) { node.set(.string(value)) }
    func encode(_ value: Double) throws { try setNumber(value) }
    func encode(_ value: Float) throws {
        // By way of its shortest text, so that 0.1 stays 0.1.
        try setNumber(value.isFinite ? Double(value.description) ?? Double(value) : Double(value))
    }
    func encode(_ value: Int) { node.set(.int(Int64(value))) }
    func encode(_ value: Int8) { node.set(.int(Int64(value))) }
    func encode(_ value: Int16) { node.set(.int(Int64(value))) }
    func encode(_ value: Int32) { node.set(.int(Int64(value))) }
    func encode(_ value: Int64) { node.set(.int(value)) }
    func encode(_ value: UInt) { node.set(JSONValue(UInt64(value))) }
    func encode(_ value: UInt8) { node.set(.int(Int64(value))) }
    func encode(_ value: UInt16) { node.set(.int(Int64(value))) }
    func encode(_ value: UInt32) { node.set(.int(Int64(value))) }
    func encode(_ value: UInt64) { node.set(JSONValue(value)) }

    func encode<Value: Encodable>(_ value: Value) throws {
        node.set(try encoder.encode(value, at: codingPath))
    }
}

/// Encodes members of an object.
private struct KeyedNodeContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let base: NodeEncoder
    var codingPath: [any CodingKey] { base.codingPath }

    private func member(_ key: any CodingKey) -> NodeEncoder {
        base.step(key, into: base.node.member(key.stringValue))
    }

    func encodeNil(forKey key: Key) throws { member(key).encodeNil() }

    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        try member(key).encode(value)
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type,
        forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
        member(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { member(key).unkeyedContainer() }
    func superEncoder() -> any Encoder { member(CodingStep(stringValue: "super")) }
    func superEncoder(forKey key: Key) -> any Encoder { member(key) }
}

/// Encodes elements of an array.
private struct UnkeyedNodeContainer: UnkeyedEncodingContainer {
    let base: NodeEncoder
    var codingPath: [any CodingKey] { base.codingPath }
    var count: Int { base.node.elementCount }

    private func element() -> NodeEncoder {
        base.step(CodingStep(intValue: count), into: base.node.appendElement())
    }

    func encodeNil() throws { element().encodeNil() }
    func encode<Value: Encodable>(_ value: Value) throws { try element().encode(value) }

    func nestedContainer<NestedKey: CodingKey>(keyedBy type: NestedKey.Type) -> KeyedEncodingContainer<NestedKey> {
        element().container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { element().unkeyedContainer() }
    func superEncoder() -> any Encoder { element() }
}
