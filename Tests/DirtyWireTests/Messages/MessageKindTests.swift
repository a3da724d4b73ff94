import DirtyWire
import Testing

/// The types of messages.
@Suite struct MessageKindTests {
    @Test("each type is known by its name, and no other text is", arguments: MessageKind.allCases)
    func names(_ kind: MessageKind) throws {
        func scanned(_ name: String) throws -> MessageKind? {
            try with(utf8("{\"type\":\"\(name)\"}")) { bytes throws(JSONError) in
                var scanner = RequestScanner()
                try scanner.feed(bytes)
                return try scanner.finish().kind
            }
        }
        #expect(try scanned(kind.rawValue) == kind)
        #expect(try scanned(kind.rawValue.uppercased()) == nil)
        #expect(try scanned(kind.rawValue + "s") == nil)
        #expect(try scanned(String(kind.rawValue.dropLast())) == nil)
        #expect(try scanned(kind.rawValue + "\\u0000") == nil)
        #expect(try scanned("") == nil)
    }
}
