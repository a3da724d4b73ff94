import DirtyWire
import Testing

/// Values carried over between GD and JSON.
@Suite struct GDTranscoderTests {
    private func json(_ tlv: [UInt8]) throws(GDError) -> (text: String, attachments: [[UInt8]]) {
        var output: [UInt8] = []
        var attachments: [[UInt8]] = []
        try with(tlv) { bytes throws(GDError) in
            try GDTranscoder.json(fromTLV: bytes, into: &output) { content in
                attachments.append(Array(content))
                return attachments.count - 1
            }
        }
        return (output.text, attachments)
    }

    private func tlv(_ text: [UInt8], attachments: [[UInt8]] = []) throws(GDError) -> [UInt8] {
        var output = utf8("x")
        let joined = Array(attachments.joined())
        try with(joined) { all throws(GDError) in
            try with(text) { bytes throws(GDError) in
                let find = { (index: Int) -> UnsafeRawBufferPointer? in
                    guard attachments.indices.contains(index) else { return nil }
                    let start = attachments[..<index].reduce(0) { $0 + $1.count }
                    return UnsafeRawBufferPointer(rebasing: all[start..<start + attachments[index].count])
                }
                try GDTranscoder.tlv(fromJSON: bytes, attachments: find, into: &output)
            }
        }
        #expect(output.first == UInt8(ascii: "x"))
        return Array(output.dropFirst())
    }

    @Test(
        "Gunicorn's values become the JSON that is the same, and come back byte for byte",
        arguments: GDSamples.values
    )
    func golden(_ hex: String, _ text: String) throws {
        let bytes = [UInt8](hex: hex)
        #expect(try json(bytes).text == text)
        #expect(try tlv(utf8(text)) == bytes)
        #expect(try with(bytes) { b throws(GDError) in try JSONValue(parsingTLV: b) } == JSONValue(parsing: text))
        #expect(try JSONValue(parsing: text).tlv() == bytes)
    }

    @Test("any value comes back, from JSON through GD and from GD through JSON", arguments: 0..<300 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var generator = RandomJSON(seed: seed)
        generator.allowsUInt = false
        let value = generator.value()
        let carried = try tlv(utf8(generator.text(of: value)))
        #expect(carried == (try value.tlv()))
        #expect(try json(carried).text == value.description)
        #expect(try with(carried) { b throws(GDError) in try JSONValue(parsingTLV: b) } == value)
        #expect(try tlv(utf8(json(carried).text)) == carried)
    }

    @Test("bytes become attachments, in order, and attachments become bytes")
    func attachments() throws {
        let bytes = [UInt8](hex: "2000000003 1000000002 00FF 1000000000 2100000001 1100000001 61 1000000001 07")
        let carried = try json(bytes)
        #expect(carried.text == #"[{"$attachment":0},{"$attachment":1},{"a":{"$attachment":2}}]"#)
        #expect(carried.attachments == [[0, 0xFF], [], [7]])
        #expect(try tlv(utf8(carried.text), attachments: carried.attachments) == bytes)
        #expect(try tlv(utf8(#" { "$attachment" : 1 } "#), attachments: [[1], [2]]) == Array(hex: "1000000001 02"))
        #expect(try tlv(utf8(#"{"$base64":"AP8="}"#)) == Array(hex: "1000000002 00FF"))
        #expect(try tlv(utf8(#"{"$base64":"\u0041P8="}"#)) == Array(hex: "1000000002 00FF"))
        #expect(throws: GDError(.unknownAttachment(2), at: 1)) {
            try tlv(utf8(#"[{"$attachment":2}]"#), attachments: [[1], [2]])
        }
        #expect(throws: GDError(.unknownAttachment(-1), at: 0)) {
            try tlv(utf8(#"{"$attachment":-1}"#), attachments: [[1]])
        }
        #expect(throws: GDError(.badBase64, at: 0)) { try tlv(utf8(#"{"$base64":"AP8"}"#)) }
    }

    @Test(
        "an object that only resembles bytes stays an object",
        arguments: [
            #"{"$attachment":0,"x":1}"#, #"{"x":1,"$attachment":0}"#, #"{"$attachment":"0"}"#, #"{"$attachment":0.5}"#,
            #"{"$base64":"","x":1}"#, #"{"$base64":5}"#, #"{"$base64":null}"#, #"{"$attachment":{}}"#,
        ]
    )
    func lookalikes(_ text: String) throws {
        #expect(try json(tlv(utf8(text), attachments: [[1]])).text == text)
    }

    @Test(
        "what the other form cannot express is an error that names it",
        arguments: [
            ("067FF8000000000000", "the float at byte 0 is nan"), ("067FF0000000000000", "the float at byte 0 is inf"),
            ("2000000001 06FFF0000000000000", "the float at byte 5 is -inf"),
        ]
    )
    func notFinite(_ hex: String, _ message: String) throws {
        let error = try #require(#expect(throws: GDError.self) { try json([UInt8](hex: hex)) })
        #expect(error.message == message + ", which JSON cannot express; send nil or a string instead")
        #expect(throws: error) { try with([UInt8](hex: hex)) { b throws(GDError) in try JSONValue(parsingTLV: b) } }
    }

    @Test("integers beyond 64 bits with sign and numbers beyond the doubles are errors, not near misses")
    func outOfRange() {
        #expect(throws: GDError(.integerOutOfRange("9223372036854775808"), at: 1)) {
            try tlv(utf8("[9223372036854775808]"))
        }
        #expect(throws: GDError(.integerOutOfRange("-9223372036854775809"), at: 0)) {
            try tlv(utf8("-9223372036854775809"))
        }
        #expect(throws: GDError(.numberOutOfRange, at: 0)) { try tlv(utf8("1e999")) }
        #expect(throws: GDError(.integerOutOfRange("18446744073709551615"), at: 0)) { try JSONValue.uint(.max).tlv() }
    }

    @Test("texts that are not JSON, too deep, or too many are refused")
    func refused() {
        #expect(throws: GDError(.json(.truncated), at: 1)) { try tlv(utf8("[")) }
        #expect(throws: GDError(.json(.empty), at: 0)) { try tlv([]) }
        #expect(throws: GDError(.tooDeep(limit: 499), at: 499)) {
            try tlv(utf8(String(repeating: "[", count: 500) + String(repeating: "]", count: 500)))
        }
        #expect(throws: Never.self) {
            try tlv(utf8(String(repeating: "[", count: 499) + String(repeating: "]", count: 499)))
        }
        #expect(throws: GDError(.tooDeep(limit: 499), at: 499)) {
            try tlv(utf8(String(repeating: "[", count: 100_000)))
        }
        let many = utf8("[[0" + String(repeating: ",0", count: 1 << 20) + "]]")
        #expect(throws: GDError(.tooManyItems(count: 1 + 1 << 20, limit: 1 << 20), at: 1)) { try tlv(many) }
    }

    @Test("values cut off, followed by more, or damaged are errors", arguments: GDSamples.values)
    func malformed(_ hex: String, _ text: String) {
        let bytes = [UInt8](hex: hex)
        for count in 0..<bytes.count {
            #expect(throws: GDError(.truncated, at: count)) { try json(Array(bytes.prefix(count))) }
        }
        #expect(throws: GDError(.trailingBytes, at: bytes.count)) { try json(bytes + [0]) }
        var random = SeededRandom(seed: UInt64(bytes.count))
        for _ in 0..<50 {
            var damaged = bytes
            damaged[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            if let carried = try? json(damaged) {
                #expect(with(utf8(carried.text)) { JSONCheck.firstError(in: $0) } == nil)
            }
        }
    }

    @Test("a hundred thousand levels are an error and not a crash")
    func veryDeep() {
        let lists = [UInt8](repeatElement([0x20, 0, 0, 0, 1], count: 100_000).joined())
        #expect(throws: GDError(.tooDeep(limit: 500), at: 2500)) { try json(lists) }
        #expect(throws: GDError(.tooDeep(limit: 500), at: 2500)) {
            try with(lists) { b throws(GDError) in try JSONValue(parsingTLV: b) }
        }
    }

    @Test("a tree refuses a dictionary with two members of one name")
    func duplicates() {
        let bytes = [UInt8](hex: "2100000002 1100000001 61 00 1100000001 61 00")
        #expect(throws: GDError(.duplicateMember("a"), at: 12)) {
            try with(bytes) { b throws(GDError) in try JSONValue(parsingTLV: b) }
        }
    }
}
