/// A type read straight from the JSON text, without the Codable machinery: the common argument types.
///
/// Internal: a plugin's own types are `Decodable` and go through ``ValueDecoder``.
protocol DirectlyDecodable: Decodable {
    /// Reads the value at the cursor and moves past it.
    /// - Throws: ``ValueMismatch`` if it is another kind of value, ``JSONFault`` if it isn't JSON.
    static func read(_ cursor: inout JSONCursor) throws -> Self
}

extension JSONCursor {
    /// Reads an integer; anything but a whole number within the type's range is refused, naming the range.
    mutating func readExactInteger<Integer: FixedWidthInteger>(_ type: Integer.Type) throws -> Integer {
        guard try kind() == .number else { throw ValueMismatch(expected: "an integer", at: self) }
        let start = self
        switch try readInteger(as: type) {
        case .value(let integer): return integer
        case .notWhole: throw ValueMismatch(expected: "an integer", at: start)
        case .outOfRange:
            throw ValueMismatch(expected: "an integer from \(Integer.min) to \(Integer.max)", at: start)
        }
    }

    /// Reads a number as a Double.
    mutating func readExactDouble() throws -> Double {
        guard try kind() == .number else { throw ValueMismatch(expected: "a number", at: self) }
        let start = self
        guard let double = try readDouble() else {
            throw ValueMismatch(expected: "a number that a 64-bit float can hold", at: start)
        }
        return double
    }
}

extension DirectlyDecodable where Self: FixedWidthInteger {
    static func read(_ cursor: inout JSONCursor) throws -> Self { try cursor.readExactInteger(Self.self) }
}

extension Int: DirectlyDecodable {}
extension Int8: DirectlyDecodable {}
extension Int16: DirectlyDecodable {}
extension Int32: DirectlyDecodable {}
extension Int64: DirectlyDecodable {}
extension UInt: DirectlyDecodable {}
extension UInt8: DirectlyDecodable {}
extension UInt16: DirectlyDecodable {}
extension UInt32: DirectlyDecodable {}
extension UInt64: DirectlyDecodable {}

extension Double: DirectlyDecodable {
    static func read(_ cursor: inout JSONCursor) throws -> Double { try cursor.readExactDouble() }
}

extension Float: DirectlyDecodable {
    static func read(_ cursor: inout JSONCursor) throws -> Float {
        let start = cursor
        let float = Float(try cursor.readExactDouble())
        guard float.isFinite else { throw ValueMismatch(expected: "a number that a 32-bit float can hold", at: start) }
        return float
    }
}

extension Bool: DirectlyDecodable {
    static func read(_ cursor: inout JSONCursor) throws -> Bool {
        guard try cursor.kind() == .bool else { throw ValueMismatch(expected: "true or false", at: cursor) }
        return try cursor.readBool()
    }
}

extension String: DirectlyDecodable {
    static func read(_ cursor: inout JSONCursor) throws -> String {
        guard try cursor.kind() == .string else { throw ValueMismatch(expected: "a string", at: cursor) }
        return try cursor.readString()
    }
}

extension Optional: DirectlyDecodable where Wrapped: DirectlyDecodable {
    static func read(_ cursor: inout JSONCursor) throws -> Wrapped? {
        try cursor.readNullIfNext() ? nil : try Wrapped.read(&cursor)
    }
}

extension Array: DirectlyDecodable where Element: DirectlyDecodable {
    static func read(_ cursor: inout JSONCursor) throws -> [Element] {
        if Element.self == UInt8.self {
            // Bytes: an attachment, base64 or numbers.
            return try ByteReference.readBytes(&cursor) { [UInt8]($0) } as! [Element]
        }
        return try readElements(&cursor)
    }

    /// Reads a JSON array, element by element.
    static func readElements(_ cursor: inout JSONCursor) throws -> [Element] {
        guard try cursor.kind() == .array else { throw ValueMismatch(expected: "an array", at: cursor) }
        cursor.offset += 1
        var elements: [Element] = []
        if cursor.consumeIfNext(UInt8(ascii: "]")) { return elements }
        repeat {
            do {
                elements.append(try Element.read(&cursor))
            } catch var mismatch as ValueMismatch {
                mismatch.path = "[\(elements.count)]" + mismatch.path
                throw mismatch
            }
        } while cursor.consumeIfNext(UInt8(ascii: ","))
        try cursor.consume(UInt8(ascii: "]"))
        return elements
    }
}

extension Dictionary: DirectlyDecodable where Key == String, Value: DirectlyDecodable {
    static func read(_ cursor: inout JSONCursor) throws -> [String: Value] {
        guard try cursor.kind() == .object else { throw ValueMismatch(expected: "an object", at: cursor) }
        cursor.offset += 1
        var members: [String: Value] = [:]
        if cursor.consumeIfNext(UInt8(ascii: "}")) { return members }
        repeat {
            cursor.skipSpace()
            let key = try cursor.readString()
            try cursor.consume(UInt8(ascii: ":"))
            do {
                members[key] = try Value.read(&cursor)
            } catch var mismatch as ValueMismatch {
                mismatch.path = ".\(key)" + mismatch.path
                throw mismatch
            }
        } while cursor.consumeIfNext(UInt8(ascii: ","))
        try cursor.consume(UInt8(ascii: "}"))
        return members
    }
}
