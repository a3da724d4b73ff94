/// A value in a call's arguments, where it stands: read as what it is wanted for, without a tree.
///
/// Every reading says by its error what was expected and what is there. Not to be kept beyond the call.
package struct DynamicValue {
    private let cursor: JSONCursor

    init(_ cursor: JSONCursor) { self.cursor = cursor }

    /// Whether it is null.
    package var isNull: Bool { cursor.byte == UInt8(ascii: "n") }

    /// Whether it is an object.
    package var isObject: Bool { cursor.byte == UInt8(ascii: "{") }

    /// The error that something else was expected.
    package func mismatch(_ expected: String, note: String? = nil) -> any Error {
        ValueMismatch(expected: expected, at: cursor, note: note)
    }

    /// Reads a signed integer: a number, or the same in decimal within a string.
    package func signed(least: Int64, greatest: Int64) throws -> Int64 {
        let value: Int64? = try integer(Int64.self)
        guard let value, value >= least, value <= greatest else {
            throw mismatch("an integer from \(least) to \(greatest)")
        }
        return value
    }

    /// Reads an integer that isn't negative: a number, or the same in decimal within a string.
    package func unsigned(greatest: UInt64) throws -> UInt64 {
        let value: UInt64? = try integer(UInt64.self)
        guard let value, value <= greatest else { throw mismatch("an integer from 0 to \(greatest)") }
        return value
    }

    /// The integer; nil for one that the type can't hold.
    private func integer<Integer: FixedWidthInteger>(_ type: Integer.Type) throws -> Integer? {
        var cursor = cursor
        switch try cursor.kind() {
        case .number:
            switch try cursor.readInteger(as: type) {
            case .value(let value): return value
            case .outOfRange: return nil
            case .notWhole: throw mismatch("an integer")
            }
        case .string:
            let text = try cursor.readString()
            var digits = text.utf8[...]
            if digits.first == UInt8(ascii: "-") { digits.removeFirst() }
            guard !digits.isEmpty, digits.allSatisfy({ 0x30...0x39 ~= $0 }) else { throw mismatch("an integer") }
            return Integer(text)
        case .null, .bool, .array, .object: throw mismatch("an integer")
        }
    }

    /// Reads a number; `"NaN"`, `"Infinity"` and `"-Infinity"` are numbers too.
    package func number() throws -> Double {
        var cursor = cursor
        switch try cursor.kind() {
        case .number:
            guard let value = try cursor.readDouble() else { throw mismatch("a number that a 64-bit float can hold") }
            return value
        case .string:
            switch try cursor.readString() {
            case "NaN": return .nan
            case "Infinity": return .infinity
            case "-Infinity": return -.infinity
            default: throw mismatch("a number, \"NaN\", \"Infinity\" or \"-Infinity\"")
            }
        case .null, .bool, .array, .object: throw mismatch("a number")
        }
    }

    /// Reads true or false.
    package func boolean() throws -> Bool {
        var cursor = cursor
        return try Bool.read(&cursor)
    }

    /// Reads a string and lends its UTF-8 for the duration of `body`.
    package func withText<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
        var cursor = cursor
        guard try cursor.kind() == .string else { throw mismatch("a string") }
        let (range, hasEscapes) = try cursor.scanString()
        if hasEscapes { return try cursor.unescaped(range).withUnsafeBytes(body) }
        return try body(UnsafeRawBufferPointer(rebasing: cursor.text[range]))
    }

    /// Reads bytes, in any form they may take.
    package func bytes() throws -> DynamicBytes {
        var cursor = cursor
        var ahead = cursor
        if case .attachment(let index) = try ByteReference.read(&ahead), let bytes = cursor.attachments[index] {
            return .lent(bytes)
        }
        return .made(try ByteReference.readBytes(&cursor) { [UInt8]($0) })
    }

    /// Reads an array, element by element.
    /// - Returns: How many there were.
    @discardableResult
    package func forEachElement(_ body: (_ index: Int, DynamicValue) throws -> Void) throws -> Int {
        var cursor = cursor
        guard try cursor.kind() == .array else { throw mismatch("an array") }
        cursor.offset += 1
        var count = 0
        if cursor.consumeIfNext(UInt8(ascii: "]")) { return 0 }
        repeat {
            cursor.skipSpace()
            do {
                try body(count, DynamicValue(cursor))
            } catch var mismatch as ValueMismatch {
                mismatch.path = "[\(count)]" + mismatch.path
                throw mismatch
            }
            count += 1
            try cursor.skipValue()
        } while cursor.consumeIfNext(UInt8(ascii: ","))
        try cursor.consume(UInt8(ascii: "]"))
        return count
    }

    /// Reads an object, member by member.
    package func forEachMember(_ body: (_ name: String, DynamicValue) throws -> Void) throws {
        var cursor = cursor
        guard try cursor.kind() == .object else { throw mismatch("an object") }
        cursor.offset += 1
        if cursor.consumeIfNext(UInt8(ascii: "}")) { return }
        repeat {
            cursor.skipSpace()
            let name = try cursor.readString()
            try cursor.consume(UInt8(ascii: ":"))
            cursor.skipSpace()
            do {
                try body(name, DynamicValue(cursor))
            } catch var mismatch as ValueMismatch {
                mismatch.path = ".\(name)" + mismatch.path
                throw mismatch
            }
            try cursor.skipValue()
        } while cursor.consumeIfNext(UInt8(ascii: ","))
        try cursor.consume(UInt8(ascii: "}"))
    }
}

/// Bytes in a call's arguments.
package enum DynamicBytes {
    /// An attachment, lent until the call ends.
    case lent(UnsafeRawBufferPointer)
    /// Bytes that stood in the JSON.
    case made([UInt8])
}
