import DirtyWire
import Testing

/// Pieces of JSON text.
@Suite struct JSONTextTests {
    @Test(
        "integers are written in decimal",
        arguments: [0, 7, 10, -1, 1234567890, Int64.max, Int64.min] as [Int64]
    )
    func integers(_ value: Int64) {
        var output = utf8("x")
        JSONText.appendInteger(value, to: &output)
        #expect(output.text == "x\(value)")
    }

    @Test("doubles are written in the shortest form, and not at all if they are not finite")
    func doubles() {
        var output: [UInt8] = []
        let written = JSONText.appendDouble(0.1, to: &output)
        #expect(written)
        for value in [Double.nan, .infinity, -.infinity] {
            let isWritten = JSONText.appendDouble(value, to: &output)
            #expect(!isWritten)
        }
        #expect(output.text == "0.1")
    }

    @Test("strings are escaped and unescaped to the same", arguments: 0..<200 as Range<UInt64>)
    func strings(seed: UInt64) {
        var generator = RandomJSON(seed: seed)
        let text = generator.string()
        var quoted: [UInt8] = []
        JSONText.appendString(text, to: &quoted)
        #expect(with(quoted) { JSONCheck.firstError(in: $0) } == nil)
        var plain: [UInt8] = []
        with(Array(quoted.dropFirst().dropLast())) { JSONText.appendUnescaped($0, to: &plain) }
        #expect(plain.text == text)
    }
}
