import DirtyWire
import Testing

/// Base64 by RFC 4648.
@Suite struct Base64Tests {
    private func encode(_ bytes: [UInt8]) -> String {
        var output = utf8("x")
        with(bytes) { Base64.append($0, to: &output) }
        #expect(output.count == 1 + Base64.encodedBytes(bytes.count))
        return Array(output.dropFirst()).text
    }

    private func decode(_ text: String) -> [UInt8]? {
        with(utf8(text)) { Base64.decode($0) }
    }

    @Test(
        "the RFC's examples",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ]
    )
    func examples(_ plain: String, _ encoded: String) {
        #expect(encode(utf8(plain)) == encoded)
        #expect(decode(encoded) == utf8(plain))
    }

    @Test("all bytes come back, at every length")
    func roundTrip() {
        var random = SeededRandom(seed: 5)
        for count in 0..<100 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(decode(encode(bytes)) == bytes)
        }
        #expect(encode([0xFB, 0xFF, 0xBF]) == "+/+/")
    }

    @Test(
        "what is not canonical is refused",
        arguments: [
            "Z", "Zg", "Zg=", "Zg===", "=", "====", "Zm=v", "Zg==Zg==", "Zm9v\n", "Zm9 ", "Zm9-", "Zm9_", "Zh==",
            "Zm9=", "Z===",
            "Zm9é",
        ]
    )
    func refused(_ text: String) {
        #expect(decode(text) == nil)
    }
}
