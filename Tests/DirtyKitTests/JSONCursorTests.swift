import Testing

@testable import DirtyKit

@Suite("Reading JSON")
struct JSONCursorTests {
    /// Reads a whole text as one value.
    private func read<Value: DirectlyDecodable>(_ text: String, as type: Value.Type = Value.self) throws -> Value {
        try Array(text.utf8).withUnsafeBytes { bytes in
            var cursor = JSONCursor(bytes)
            let value = try Value.read(&cursor)
            try cursor.finish()
            return value
        }
    }

    /// Where and why a text is not JSON; nil if it is.
    private func fault(in bytes: [UInt8]) -> JSONFault? {
        bytes.withUnsafeBytes { bytes in
            do {
                var cursor = JSONCursor(bytes)
                try cursor.skipValue()
                try cursor.finish()
                return nil
            } catch {
                return error as? JSONFault
            }
        }
    }

    @Test(arguments: [
        ("0", 0), ("-0", 0), ("7", 7), ("9223372036854775807", .max), ("-9223372036854775808", .min), (" 12 ", 12),
        ("1e2", 100), ("1.0", 1), ("-2.50e1", -25), ("9007199254740991.0", 9_007_199_254_740_991),
    ])
    func integers(_ text: String, _ value: Int) throws { #expect(try read(text) == value) }

    @Test(
        "integers that don't fit, or aren't whole, are refused, never truncated",
        arguments: [
            "9223372036854775808", "-9223372036854775809", "1e19", "0.5", "1e-1", "9007199254740992.0",
            "9007199254740993.0", "1e999",
            "99999999999999999999999999999999999999999",
        ]
    )
    func notIntegers(_ text: String) {
        #expect(throws: ValueMismatch.self) { try read(text, as: Int.self) }
    }

    @Test("every integer type has its own bounds")
    func bounds() throws {
        #expect(try read("255", as: UInt8.self) == 255)
        #expect(throws: ValueMismatch.self) { try read("256", as: UInt8.self) }
        #expect(throws: ValueMismatch.self) { try read("-1", as: UInt8.self) }
        #expect(try read("-32768", as: Int16.self) == -32768)
        #expect(throws: ValueMismatch.self) { try read("32768", as: Int16.self) }
        #expect(try read("18446744073709551615", as: UInt64.self) == .max)
        #expect(throws: ValueMismatch.self) { try read("18446744073709551616", as: UInt64.self) }
        #expect(try read("4294967295", as: UInt32.self) == .max)
        #expect(throws: ValueMismatch.self) { try read("2147483648", as: Int32.self) }
    }

    @Test(arguments: [
        ("0", 0.0), ("-1.5", -1.5), ("1e308", 1e308), ("123456789012345", 123_456_789_012_345),
        ("1234567890123456789", 1_234_567_890_123_456_768), ("0.1", 0.1),
        ("2.2250738585072014e-308", .leastNormalMagnitude),
        ("5e-324", .leastNonzeroMagnitude), ("1E+2", 100),
    ])
    func doubles(_ text: String, _ value: Double) throws { #expect(try read(text) == value) }

    @Test func negativeZeroStaysNegative() throws { #expect(try read("-0", as: Double.self).sign == .minus) }

    @Test func floatsOutOfRangeAreRefused() throws {
        #expect(try read("1.5", as: Float.self) == 1.5)
        #expect(throws: ValueMismatch.self) { try read("1e39", as: Float.self) }
    }

    @Test(arguments: [
        (#""""#, ""), (#""a""#, "a"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041""#, "A"),
        (#""\u00e9""#, "é"), (#""\uD83D\uDE00""#, "😀"), (#""\ud83d""#, "\u{FFFD}"), (#""\ude00x""#, "\u{FFFD}x"),
        (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"), (#""\u0000""#, "\0"), ("\"é😀\"", "é😀"),
        (#""\ud83dx""#, "\u{FFFD}x"),
    ])
    func strings(_ text: String, _ value: String) throws { #expect(try read(text) == value) }

    @Test func stringsThatAreNotUTF8AreRefused() {
        let bytes: [UInt8] = [0x22, 0xFF, 0x22]
        #expect(throws: JSONFault(.notUTF8, at: 1)) {
            try bytes.withUnsafeBytes { bytes in
                var cursor = JSONCursor(bytes)
                _ = try cursor.readString()
            }
        }
    }

    @Test(arguments: [
        ("", JSONFault.Reason.endOfText, 0), ("[", .endOfText, 1), ("[1", .endOfText, 2), ("[1,", .endOfText, 3),
        ("[1,]", .unexpectedByte, 3), ("[,1]", .unexpectedByte, 1), ("{\"a\"}", .unexpectedByte, 4),
        ("{\"a\":}", .unexpectedByte, 5), ("{\"a\":1,}", .unexpectedByte, 7), ("{1:2}", .unexpectedByte, 1),
        ("01", .textAfterValue, 1), ("1.", .endOfText, 2), ("1.x", .badNumber, 2), ("-", .endOfText, 1),
        ("-x", .badNumber, 1), ("1e", .endOfText, 2), ("1e+", .endOfText, 3), (".5", .unexpectedByte, 0),
        ("+1", .unexpectedByte, 0), ("tru", .endOfText, 3), ("trux", .unexpectedByte, 3), ("nul", .endOfText, 3),
        ("falze", .unexpectedByte, 3), ("NaN", .unexpectedByte, 0), ("\"a", .endOfText, 2), ("\"\\x\"", .badEscape, 1),
        ("\"\\u12\"", .endOfText, 6), ("\"\\u12G4\"", .badEscape, 1), ("\"\n\"", .controlByte, 1),
        ("1 2", .textAfterValue, 2),
        ("[1}", .unexpectedByte, 2), ("'a'", .unexpectedByte, 0), ("\u{FEFF}1", .unexpectedByte, 0),
    ])
    func faults(_ text: String, _ reason: JSONFault.Reason, _ offset: Int) {
        #expect(fault(in: Array(text.utf8)) == JSONFault(reason, at: offset))
    }

    @Test("every truncation of a valid text is refused")
    func truncations() {
        let text = Array(#"{"a":[1,-2.5e3,true,false,null,"x\u00e9\n"],"b":{"c":{}}}"#.utf8)
        #expect(fault(in: text) == nil)
        for count in 0..<text.count { #expect(fault(in: Array(text[..<count])) != nil, "cut after \(count) bytes") }
    }

    @Test("nesting to 512 is read, deeper is refused")
    func depth() {
        let fits = [UInt8](repeating: UInt8(ascii: "["), count: 512) + [UInt8](repeating: UInt8(ascii: "]"), count: 512)
        #expect(fault(in: fits) == nil)
        let deep = [UInt8](repeating: UInt8(ascii: "["), count: 100_000)
        #expect(fault(in: deep) == JSONFault(.tooDeep, at: 512))
        let objects = Array(String(repeating: "{\"a\":", count: 513).utf8)
        #expect(fault(in: objects)?.reason == .tooDeep)
    }

    @Test("no byte with a meaning, nor one without, anywhere in a text, makes the reader overrun it")
    func garbage() {
        let bytes = Array("{}[]\":,\\/-+.eE019tfnu$ ".utf8) + [0x00, 0x1F, 0x7F, 0x80, 0xC3, 0xFF]
        let text = Array(#"{"a":[1,-2.5e3,true,"x\u00e9\n",{"$attachment":0}]}"#.utf8)
        for place in text.indices {
            for byte in bytes {
                var changed = text
                changed[place] = byte
                _ = fault(in: changed)
                changed.withUnsafeBytes { bytes in
                    var cursor = JSONCursor(bytes)
                    _ = try? JSON.read(&cursor)
                    cursor.offset = 0
                    _ = try? ValueDecoder.read([String: [JSON]].self, from: &cursor)
                }
            }
        }
    }
}
