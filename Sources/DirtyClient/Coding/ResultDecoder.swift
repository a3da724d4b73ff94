import DirtyWire

/// The `Decoder` over a result's JSON tree; gives bytes back where the tree refers to attachments.
struct ResultDecoder: Decoder {
    let value: JSONValue
    let attachments: [[UInt8]]
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    /// The `value` as a `type`.
    static func decode<Value: Decodable>(
        _ type: Value.Type,
        from value: JSONValue,
        attachments: [[UInt8]]
    ) throws -> Value {
        try ResultDecoder(value: value, attachments: attachments, codingPath: []).decode(type)
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard let object = value.objectValue else { throw mismatch("an object") }
        return KeyedDecodingContainer(KeyedResultContainer<Key>(base: self, object: object))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard let elements = value.arrayValue else { throw mismatch("an array") }
        return UnkeyedResultContainer(base: self, elements: elements)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer {
        self
    }

    /// The same for a value one step further in.
    func step(_ key: any CodingKey, _ value: JSONValue) -> ResultDecoder {
        ResultDecoder(value: value, attachments: attachments, codingPath: codingPath + [key])
    }

    /// The error for a value that isn't `expected`.
    func mismatch(_ expected: String) -> DecodingError {
        .typeMismatch(
            JSONValue.self,
            .init(codingPath: codingPath, debugDescription: "\(value.kind.phrase) where \(expected) is expected")
        )
    }

    /// The error for a value of the right kind that doesn't fit.
    func corrupted(_ problem: String) -> DecodingError {
        .dataCorrupted(.init(codingPath: codingPath, debugDescription: problem))
    }

    /// The bytes that the value stands for; nil if it stands for none.
    private func bytes() throws -> [UInt8]? {
        guard let object = value.objectValue, object.count == 1 else { return nil }
        if let index = object["$attachment"]?.intValue {
            guard attachments.indices.contains(index) else {
                throw corrupted("attachment \(index) is named, but \(attachments.count) came")
            }
            return attachments[index]
        }
        if let text = object["$base64"]?.stringValue {
            let decoded = Array(text.utf8).withUnsafeBytes { Base64.decode($0) }
            guard let decoded else { throw corrupted("'$base64' is not base64") }
            return decoded
        }
        return nil
    }
}

extension ResultDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { value == .null }

    func decode(_ type: Bool.Type) throws -> Bool {
        guard let flag = value.boolValue else { throw mismatch("a boolean") }
        return flag
    }

    func decode(_ type: String.Type) throws -> String {
        guard let text = value.stringValue else { throw mismatch("a string") }
        return text
    }

    func decode(_ type: Double.Type) throws -> Double {
        guard let number = value.doubleValue else { throw mismatch("a number") }
        return number
    }

    func decode(_ type: Float.Type) throws -> Float { Float(try decode(Double.self)) }
    func decode(_ type: Int.Type) throws -> Int { try integer(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try integer(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try integer(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try integer(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try integer(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try integer(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try integer(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try integer(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try integer(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try integer(type) }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        if type == JSONValue.self, let tree = value as? Value { return tree }
        if let collection = type as? any RangeReplaceableCollection<UInt8>.Type, let bytes = try bytes(),
            let value = collection.init(bytes) as? Value
        {
            return value
        }
        return try Value(from: self)
    }

    private func integer<Integer: FixedWidthInteger>(_ type: Integer.Type) throws -> Integer {
        let exact: Integer? =
            switch value {
            case .int(let integer): Integer(exactly: integer)
            case .uint(let integer): Integer(exactly: integer)
            case .double(let number): Integer(exactly: number)
            case .null, .bool, .string, .array, .object: throw mismatch("an integer")
            }
        guard let exact else { throw corrupted("\(value) where a \(type) is expected") }
        return exact
    }
}

/// Decodes members of an object.
private struct KeyedResultContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let base: ResultDecoder
    let object: JSONObject
    var codingPath: [any CodingKey] { base.codingPath }
    var allKeys: [Key] { object.keys.compactMap(Key.init(stringValue:)) }

    private func member(_ key: any CodingKey) throws -> ResultDecoder {
        guard let value = object[key.stringValue] else {
            throw DecodingError.keyNotFound(key, .init(codingPath: codingPath, debugDescription: "no such member"))
        }
        return base.step(key, value)
    }

    func contains(_ key: Key) -> Bool { object[key.stringValue] != nil }
    func decodeNil(forKey key: Key) throws -> Bool { try member(key).decodeNil() }
    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value { try member(key).decode(type) }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try member(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try member(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { try member(CodingStep(stringValue: "super")) }
    func superDecoder(forKey key: Key) throws -> any Decoder { try member(key) }
}

/// Decodes elements of an array, one after the other.
private struct UnkeyedResultContainer: UnkeyedDecodingContainer {
    let base: ResultDecoder
    let elements: [JSONValue]
    var currentIndex = 0
    var codingPath: [any CodingKey] { base.codingPath }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex >= elements.count }

    /// The element at hand; the position moves on only once it is decoded, as `Decoder` demands.
    private func element() throws -> ResultDecoder {
        guard !isAtEnd else { throw base.corrupted("the array has \(elements.count) elements, and more are wanted") }
        return base.step(CodingStep(intValue: currentIndex), elements[currentIndex])
    }

    mutating func decodeNil() throws -> Bool {
        let isNil = try element().decodeNil()
        if isNil { currentIndex += 1 }
        return isNil
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let value = try element().decode(type)
        currentIndex += 1
        return value
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type
    ) throws -> KeyedDecodingContainer<NestedKey> {
        let container = try element().container(keyedBy: type)
        currentIndex += 1
        return container
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let container = try element().unkeyedContainer()
        currentIndex += 1
        return container
    }

    mutating func superDecoder() throws -> any Decoder {
        let decoder = try element()
        currentIndex += 1
        return decoder
    }
}
