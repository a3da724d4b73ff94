import struct FoundationEssentials.Data
import struct FoundationEssentials.URL

/// A `Decoder` over JSON text in place, for types that aren't ``DirectlyDecodable``.
///
/// Bytes, ``RawJSON`` and ``JSON`` may stand anywhere inside; a URL is a string.
struct ValueDecoder: Decoder {
    let tape: JSONTape
    /// The entry to decode.
    let index: Int
    let path: CodingPath?

    var codingPath: [any CodingKey] { path?.keys ?? [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    /// Decodes the value at the cursor and moves past it.
    static func read<Value: Decodable>(_ type: Value.Type, from cursor: inout JSONCursor) throws -> Value {
        let decoder = ValueDecoder(tape: try JSONTape(&cursor), index: 0, path: nil)
        do {
            return try decoder.decode(type)
        } catch let error as DecodingError {
            throw ValueMismatch(error)
        }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard tape.entries[index].kind == .object else {
            throw decodingError(mismatch("an object"), [String: Never].self)
        }
        return KeyedDecodingContainer(ObjectDecoding(decoder: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard tape.entries[index].kind == .array else { throw decodingError(mismatch("an array"), [Never].self) }
        return ArrayDecoding(decoder: self)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    /// A decoder of entry `index`, which `key` led to.
    func nested(_ index: Int, _ key: any CodingKey) -> ValueDecoder {
        ValueDecoder(tape: tape, index: index, path: CodingPath(path, key))
    }

    /// A cursor at this value.
    var cursor: JSONCursor { tape.cursor(at: index) }

    /// Reads this value without the Codable machinery.
    func direct<Value: DirectlyDecodable>(_ type: Value.Type) throws -> Value {
        var cursor = cursor
        do {
            return try Value.read(&cursor)
        } catch var mismatch as ValueMismatch {
            mismatch.path = codingPath.text + mismatch.path
            throw decodingError(mismatch, type)
        }
    }

    /// The value here isn't `expected`.
    private func mismatch(_ expected: String) -> ValueMismatch {
        var mismatch = ValueMismatch(expected: expected, at: cursor)
        mismatch.path = codingPath.text
        return mismatch
    }

    /// Authors' `init(from:)` catch `DecodingError`s: so it travels inside one.
    private func decodingError(_ mismatch: ValueMismatch, _ type: Any.Type) -> DecodingError {
        .typeMismatch(
            type,
            .init(codingPath: codingPath, debugDescription: mismatch.message, underlyingError: mismatch)
        )
    }
}

extension ValueDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { tape.entries[index].kind == .null }
    func decode(_ type: Bool.Type) throws -> Bool { try direct(type) }
    func decode(_ type: String.Type) throws -> String { try direct(type) }
    func decode(_ type: Double.Type) throws -> Double { try direct(type) }
    func decode(_ type: Float.Type) throws -> Float { try direct(type) }
    func decode(_ type: Int.Type) throws -> Int { try direct(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try direct(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try direct(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try direct(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try direct(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try direct(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try direct(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try direct(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try direct(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try direct(type) }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        // These have Codable forms of their own, which would not see attachments, or would be odd JSON.
        if type == [UInt8].self { return try direct([UInt8].self) as! Value }
        if type == Data.self { return try direct(Data.self) as! Value }
        if type == URL.self {
            guard let url = URL(string: try direct(String.self)) else {
                throw decodingError(mismatch("a URL"), URL.self)
            }
            return url as! Value
        }
        do {
            return try Value(from: self)
        } catch DecodingError.dataCorrupted(let context) where context.underlyingError == nil {
            // The type's own refusal, of an enumeration's raw value mostly: say what stands there, and what might.
            var refusal = mismatch(choices(of: type) ?? "a value that \(type) accepts")
            if choices(of: type) == nil { refusal.note = context.debugDescription }
            throw decodingError(refusal, type)
        }
    }
}
