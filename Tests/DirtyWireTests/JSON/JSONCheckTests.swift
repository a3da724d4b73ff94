import DirtyWire
import Testing

/// The whole-text check.
@Suite struct JSONCheckTests {
    @Test("a text is valid, or refused for the right reason at the right byte", arguments: JSONCase.table)
    func table(_ one: JSONCase) {
        #expect(with(one.text) { JSONCheck.firstError(in: $0) } == one.error)
    }

    @Test("512 containers may lie within each other, and no more")
    func depth() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let inner = open == "[" ? "" : "1"
            for depth in [1, 2, 63, 64, 65, 511, 512] {
                let text = String(repeating: open, count: depth) + inner + String(repeating: close, count: depth)
                #expect(with(utf8(text)) { JSONCheck.firstError(in: $0) } == nil)
            }
            let text = String(repeating: open, count: 513) + inner + String(repeating: close, count: 513)
            let error = with(utf8(text)) { JSONCheck.firstError(in: $0) }
            #expect(error == JSONError(.tooDeep(limit: 512), at: 512 * open.utf8.count))
        }
    }

    @Test("after deep nesting the kinds of the outer containers are still known")
    func kindsAreKept() {
        var random = SeededRandom(seed: 7)
        for _ in 0..<50 {
            let kinds = (0..<Int.random(in: 60...512, using: &random)).map { _ in Bool.random(using: &random) }
            let opening = kinds.map { $0 ? "{\"a\":" : "[" }.joined()
            let closing = kinds.reversed().map { $0 ? "}" : "]" }
            #expect(with(utf8(opening + "0" + closing.joined())) { JSONCheck.firstError(in: $0) } == nil)
            let wrong = Int.random(in: 0..<kinds.count, using: &random)
            var crossed = closing
            crossed[wrong] = crossed[wrong] == "}" ? "]" : "}"
            let error = with(utf8(opening + "0" + crossed.joined())) { JSONCheck.firstError(in: $0) }
            #expect(error?.offset == opening.utf8.count + 1 + wrong)
        }
    }

    @Test("a hundred thousand levels are an error and not a crash", arguments: ["[", "{\"a\":"])
    func veryDeep(_ open: String) {
        let text = utf8(String(repeating: open, count: 100_000))
        let expected = JSONError(.tooDeep(limit: 512), at: 512 * open.utf8.count)
        #expect(with(text) { JSONCheck.firstError(in: $0) } == expected)
        #expect(throws: expected) { try JSONValue(parsing: text) }
    }

    @Test("a caller can allow less depth, and never more than 512")
    func ownDepth() {
        #expect(with(utf8("[[1]]")) { JSONCheck.firstError(in: $0, maxDepth: 2) } == nil)
        let error = with(utf8("[[[1]]]")) { JSONCheck.firstError(in: $0, maxDepth: 2) }
        #expect(error == JSONError(.tooDeep(limit: 2), at: 2))
        let text = utf8(String(repeating: "[", count: 2000))
        #expect(with(text) { JSONCheck.firstError(in: $0, maxDepth: 100_000) }?.reason == .tooDeep(limit: 512))
        #expect(with(utf8("1")) { JSONCheck.firstError(in: $0, maxDepth: 0) } == nil)
        #expect(with(utf8("[]")) { JSONCheck.firstError(in: $0, maxDepth: 0) }?.offset == 0)
    }

    @Test("each single byte within a string is judged alike wherever it lies in a word")
    func bytePositions() {
        for byte in UInt8.min...UInt8.max {
            for before in 0..<17 {
                let text = utf8("\"" + String(repeating: "x", count: before)) + [byte] + utf8("xxxxxxxxxxxxxxxx\"")
                let error = with(text) { JSONCheck.firstError(in: $0) }
                switch byte {
                case 0..<0x20: #expect(error == JSONError(.controlCharacter(byte), at: 1 + before))
                case UInt8(ascii: "\""): #expect(error?.reason == .trailingByte(UInt8(ascii: "x")))
                case UInt8(ascii: "\\"): #expect(error?.reason == .unknownEscape(UInt8(ascii: "x")))
                case 0x80..<0xC2, 0xF5...: #expect(error == JSONError(.invalidUTF8, at: 1 + before))
                case 0xC2..<0xF5: #expect(error == JSONError(.invalidUTF8, at: 2 + before))
                default: #expect(error == nil)
                }
            }
        }
    }

    @Test("every scalar is accepted as UTF-8, and every sequence the standard library refuses is refused")
    func everyScalar() {
        var scalars = String.UnicodeScalarView()
        for value in 0x80...0x10FFFF as ClosedRange<UInt32> {
            if let scalar = Unicode.Scalar(value) { scalars.append(scalar) }
        }
        #expect(with(utf8("\"\(String(scalars))\"")) { JSONCheck.firstError(in: $0) } == nil)
        let bytes = [UInt8](hex: "80 BF 8F 90 9F A0 C2 E0 ED EF F0 F4 61")
        var random = SeededRandom(seed: 11)
        for _ in 0..<20_000 {
            let contents = (0..<5).map { _ in bytes.randomElement(using: &random)! }
            let isValid = String(validating: contents, as: UTF8.self) != nil
            let error = with([0x22] + contents + [0x22]) { JSONCheck.firstError(in: $0) }
            #expect((error == nil) == isValid, "\(contents)")
        }
    }

    @Test("an error's message names the byte and the place")
    func messages() {
        #expect(
            JSONError(.unexpected(0x5D, expected: .value), at: 3).message == "byte 3 is ']' where a value is expected"
        )
        #expect(
            JSONError(.controlCharacter(0x0A), at: 9).message
                == "byte 9 is 0x0A within a string; write it as \\u000A"
        )
        #expect(with(utf8("[NaN]")) { JSONCheck.firstError(in: $0) }?.message.contains("NaN and Infinity") == true)
        #expect(JSONError(.notAnObject(.array), at: 0).message == "the message is an array; it must be a JSON object")
    }
}
