import DirtyWire
import Testing

/// The tree, its parsing and its writing.
@Suite struct JSONValueTests {
    @Test("what is written and parsed again is the same value", arguments: 0..<400 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var generator = RandomJSON(seed: seed)
        let value = generator.value()
        #expect(try JSONValue(parsing: value.serialized()) == value)
        #expect(try JSONValue(parsing: generator.text(of: value)) == value)
    }

    @Test("a text of the table parses just if the check passes it", arguments: JSONCase.table)
    func agreesWithCheck(_ one: JSONCase) throws {
        if let error = one.error {
            #expect(throws: error) { try JSONValue(parsing: one.text) }
        } else if one.text != utf8("1e999999") {
            let value = try JSONValue(parsing: one.text)
            #expect(try JSONValue(parsing: value.serialized()) == value)
        }
    }

    @Test("numbers keep their value and kind", arguments: numberTexts)
    func numbers(_ text: String, _ value: JSONValue) throws {
        let parsed = try JSONValue(parsing: text)
        #expect(parsed == value)
        if case .double(let expected) = value, case .double(let found) = parsed {
            #expect(found.bitPattern == expected.bitPattern)
        }
    }

    private static let numberTexts: [(String, JSONValue)] = [
        ("0", .int(0)), ("-0", .int(0)), ("9223372036854775807", .int(.max)), ("-9223372036854775808", .int(.min)),
        ("9223372036854775808", .uint(1 << 63)), ("18446744073709551615", .uint(.max)),
        ("18446744073709551616", .double(0x1p64)), ("-9223372036854775809", .double(-0x1p63)),
        ("1.0", .double(1)), ("1e3", .double(1000)), ("-0.0", .double(-0.0)), ("0.1", .double(0.1)),
        ("5e-324", .double(.leastNonzeroMagnitude)), ("1.7976931348623157e308", .double(.greatestFiniteMagnitude)),
        ("1e-400", .double(0)), ("0.30000000000000004", .double(0.1 + 0.2)),
        ("9007199254740993.0", .double(0x1p53)), ("1E-7", .double(1e-7)),
    ]

    @Test("short decimals parse to the nearest double, as the standard library parses them")
    func shortDecimals() throws {
        var random = SeededRandom(seed: 3)
        for _ in 0..<20_000 {
            let digits = String(UInt64.random(in: 0..<10_000_000_000_000_000, using: &random))
            let place = Int.random(in: 1...digits.count, using: &random)
            let text = "-" + digits.prefix(place) + "." + digits.dropFirst(place) + "5"
            #expect(try JSONValue(parsing: text) == .double(Double(text)!))
        }
    }

    @Test("a number beyond the doubles is refused")
    func outOfRange() {
        #expect(throws: JSONError(.numberOutOfRange, at: 1)) { try JSONValue(parsing: "[1e400]") }
        #expect(throws: JSONError(.numberOutOfRange, at: 5)) { try JSONValue(parsing: "{\"a\":-1e999999}") }
    }

    @Test("escapes are undone, and written only where they must be")
    func escapes() throws {
        #expect(try JSONValue(parsing: #""\u0041\"\\\/\b\f\n\r\t\u20ac\uD83D\uDE00""#) == "A\"\\/\u{8}\u{C}\n\r\t€😀")
        let text = JSONValue.string("A\"\\/\u{8}\u{C}\n\r\t\u{0}\u{1F}\u{7F}€😀").description
        #expect(text == #""A\"\\/\b\f\n\r\t\u0000\u001f"# + "\u{7F}€😀\"")
    }

    @Test("objects keep the order of their members, and refuse a second of one name however it is written")
    func objects() throws {
        #expect(try JSONValue(parsing: #"{"b":1,"a":2,"":3}"#).objectValue?.keys == ["b", "a", ""])
        #expect(throws: JSONError(.duplicateMember("a"), at: 7)) { try JSONValue(parsing: #"{"a":1,"a":2}"#) }
        #expect(throws: JSONError(.duplicateMember("a"), at: 8)) { try JSONValue(parsing: #"{"a":1, "\u0061":2}"#) }
        let many = (0..<5000).map { "\"m\($0)\":\($0)" }.joined(separator: ",")
        #expect(try JSONValue(parsing: "{\(many)}")["m4999"] == 4999)
        #expect(throws: JSONError(.duplicateMember("m17"), at: many.utf8.count + 2)) {
            try JSONValue(parsing: "{\(many),\"m17\":0}")
        }
    }

    @Test("a number that is not finite is written as null")
    func notFinite() {
        #expect(JSONValue.array([.double(.nan), .double(-.infinity)]).description == "[null,null]")
    }

    @Test("accessors give what is there, and nil for another kind")
    func accessors() {
        let value: JSONValue = ["s": "t", "i": -5, "u": .uint(.max), "d": 1.5, "b": true, "a": [1], "n": .null]
        #expect(value["s"]?.stringValue == "t")
        #expect(value["i"]?.intValue == -5)
        #expect(value["i"]?.uintValue == nil)
        #expect(value["u"]?.uintValue == .max)
        #expect(value["u"]?.intValue == nil)
        #expect(value["i"]?.doubleValue == -5)
        #expect(value["d"]?.doubleValue == 1.5)
        #expect(value["d"]?.intValue == nil)
        #expect(value["b"]?.boolValue == true)
        #expect(value["a"]?.arrayValue == [1])
        #expect(value["n"] == .null)
        #expect(value["x"] == nil)
        #expect(value["a"]?["x"] == nil)
        #expect(value.kind == .object)
        #expect(JSONValue(5 as UInt64) == .int(5))
        #expect(JSONValue(UInt64.max) == .uint(.max))
    }

    @Test("random bytes never crash the parser, which agrees with the check", arguments: 0..<200 as Range<UInt64>)
    func garbage(seed: UInt64) {
        var generator = RandomJSON(seed: seed)
        var text = utf8(generator.text(of: generator.value()))
        for _ in 0..<Int.random(in: 1...4, using: &generator.random) {
            let place = Int.random(in: 0..<text.count, using: &generator.random)
            switch Int.random(in: 0..<3, using: &generator.random) {
            case 0: text[place] = UInt8.random(in: 0...255, using: &generator.random)
            case 1: text.insert(utf8("{}[]\",:\\0e.-t ").randomElement(using: &generator.random)!, at: place)
            default: text.remove(at: place)
            }
            if text.isEmpty { break }
        }
        let error = with(text) { JSONCheck.firstError(in: $0) }
        do {
            _ = try JSONValue(parsing: text)
            #expect(error == nil)
        } catch {
            let isTreeOnly: Bool
            switch error.reason {
            case .duplicateMember, .numberOutOfRange: isTreeOnly = true
            default: isTreeOnly = false
            }
            #expect(isTreeOnly || with(text) { JSONCheck.firstError(in: $0) } == error, "\(text.text)")
        }
    }
}
