import DirtyWire
import Testing

/// The resumable scan of a client's message.
@Suite struct RequestScannerTests {
    /// Scans `pieces` as one message and tells the outcome, wholly, as text.
    static func outcome(of pieces: [[UInt8]]) -> String {
        let message = Array(pieces.joined())
        var scanner = RequestScanner()
        do {
            for piece in pieces {
                try with(piece) { bytes throws(JSONError) in try scanner.feed(bytes) }
            }
            return describe(try scanner.finish(), of: message)
        } catch {
            return "\(error) \(describe(scanner.headSoFar, of: message))"
        }
    }

    private static func describe(_ head: RequestHead, of message: [UInt8]) -> String {
        with(message) { bytes in
            """
            kind \(head.kind as Any) type \(head.type as Any) id \(head.id as Any) app \(head.appPath as Any) \
            action \(head.action as Any) args \(head.args as Any) kwargs \(head.kwargs as Any) \
            timeout \(head.timeout as Any) affinity \(head.affinity as Any) attachments \(head.attachments as Any) \
            traceparent \(head.traceparent as Any) problem \(head.problem(in: bytes) as Any)
            """
        }
    }

    static let messages: [String] = [
        #"{"type":"request","id":"a1","app_path":"search","action":"query","args":["fox"],"kwargs":{"limit":5}}"#,
        #" { "kwargs" : { "type" : "x" } , "id" : 17 , "type" : "request" , "app_path" : "a" , "action" : "b" } "#,
        #"{"type":"request","id":-9,"app_path":"\u0061\n","action":"日本","timeout":1.5e1,"affinity":"k\\","#
            + #""attachments":[0,12],"traceparent":"00-ab","args":[[{"id":[]}],"\uD83D\uDE00"],"extra":{"a":[1,{}]}}"#,
        #"{"\u0074ype":"\u0072equest","i\u0064":"\u0022","app\u005fpath":"p","action":"q","kwargs":null,"args":[]}"#,
        #"{"type":"cancel","id":1}"#, #"{"type":"nonsense","id":1}"#, #"{"type":5,"id":1}"#, #"{"id":1}"#, "{}",
        #"{"type":"ping","id":1.0}"#, #"{"type":"request","id":true,"app_path":[],"action":{},"args":{},"kwargs":[]}"#,
        #"{"type":"request","id":null,"app_path":null,"action":null}"#,
        #"{"a very long member name that fits nowhere":"type","type_":1,"typ":2,"type":"hello","id":"x"}"#,
        #"{"type":"a type that is longer than any there is","id":"x"}"#,
        #"{"type":"ping","type":"ping","id":1}"#, #"{"id":1,"i\u0064":2}"#,
        #"{"unknown":1,"unknown":2,"type":"ping","id":3}"#,
        "[1]", "\"type\"", "17", "null", "", "  ",
    ]

    @Test("a message gives the same however it is cut", arguments: messages)
    func messagesInPieces(_ text: String) {
        let expected = Self.outcome(of: [utf8(text)])
        Pieces.everyCut(of: utf8(text), seed: 1) { #expect(Self.outcome(of: $0) == expected) }
    }

    @Test("a text of the table gives the same however it is cut, and what the check says", arguments: JSONCase.table)
    func tableInPieces(_ one: JSONCase) {
        let message = utf8(#"{"x":"#) + one.text + utf8("}")
        let expected = Self.outcome(of: [message])
        Pieces.everyCut(of: message, seed: 2) { #expect(Self.outcome(of: $0) == expected) }
        if let error = with(message, { JSONCheck.firstError(in: $0) }) {
            #expect(expected.hasPrefix("\(error)"))
        } else {
            #expect(expected.hasPrefix("kind"))
        }
    }

    @Test("random messages, sound and damaged, give the same however they are cut", arguments: 0..<150 as Range<UInt64>)
    func randomInPieces(seed: UInt64) {
        var generator = RandomJSON(seed: seed)
        var message = JSONObject()
        for name in ["args", "type", "x", "id", "kwargs", "action", "app_path"] {
            message[name] = generator.value(depth: 3)
        }
        var bytes = utf8(generator.text(of: .object(message)))
        if seed.isMultiple(of: 2) {
            bytes[Int.random(in: 0..<bytes.count, using: &generator.random)] = UInt8.random(
                in: 0...255,
                using: &generator.random
            )
        }
        let expected = Self.outcome(of: [bytes])
        #expect(Self.outcome(of: bytes.map { [$0] }) == expected)
        for _ in 0..<20 {
            #expect(Self.outcome(of: Pieces.randomCut(of: bytes, &generator.random)) == expected)
        }
    }

    @Test("a message cut off anywhere is an error", arguments: messages.prefix(4))
    func truncated(_ text: String) {
        let bytes = utf8(text)
        let whole = bytes.lastIndex(of: UInt8(ascii: "}"))!
        for count in 0...whole {
            var scanner = RequestScanner()
            let isEmpty = bytes.prefix(count).allSatisfy { $0 == UInt8(ascii: " ") }
            #expect(throws: JSONError(isEmpty ? .empty : .truncated, at: count)) {
                try with(Array(bytes.prefix(count))) { bytes throws(JSONError) in try scanner.feed(bytes) }
                _ = try scanner.finish()
            }
        }
    }

    @Test("members are found where they are, whatever lies between and within them")
    func places() throws {
        let text = Self.messages[2]
        let bytes = utf8(text)
        let head = try with(bytes) { bytes throws(JSONError) in
            var scanner = RequestScanner()
            try scanner.feed(bytes)
            return try scanner.finish()
        }
        func slice(_ range: Range<Int>?) -> String? { range.map { Array(bytes[$0]).text } }
        #expect(head.kind == .request)
        #expect(slice(head.id?.range) == "-9")
        #expect(head.id?.isString == false)
        #expect(with(bytes) { head.appPath?.string(in: $0) } == "a\n")
        #expect(slice(head.action?.range) == "日本")
        #expect(head.action?.hasEscapes == false)
        #expect(slice(head.timeout?.range) == "1.5e1")
        #expect(with(bytes) { head.affinity?.string(in: $0) } == "k\\")
        #expect(slice(head.attachments) == "[0,12]")
        #expect(slice(head.traceparent?.range) == "00-ab")
        #expect(slice(head.args) == #"[[{"id":[]}],"\uD83D\uDE00"]"#)
        #expect(head.kwargs == nil)
        #expect(try with(bytes) { b throws(ProtocolError) in try head.timeout(in: b) } == .seconds(15))
        var action: [UInt8] = []
        with(bytes) { head.action?.append(from: $0, to: &action) }
        #expect(action.text == "日本")
    }

    @Test("member names and the type count by what they say, not by how they are written")
    func escapedNames() throws {
        let bytes = utf8(Self.messages[3])
        let head = try with(bytes) { bytes throws(JSONError) in
            var scanner = RequestScanner()
            try scanner.feed(bytes)
            return try scanner.finish()
        }
        #expect(head.kind == .request)
        #expect(head.id.map { Array(bytes[$0.range]).text } == #""\u0022""#)
        #expect(head.id?.isString == true)
        #expect(with(bytes) { head.problem(in: $0) } == nil)
    }

    @Test("a second member of a known name is an error that says which; unknown ones may repeat")
    func duplicates() {
        for name in [
            "type", "id", "app_path", "action", "args", "kwargs", "timeout", "affinity", "attachments", "traceparent",
            "shared_memory", "answer_area",
        ] {
            let text = "{\"\(name)\":1,\"\(name)\":1}"
            #expect(
                Self.outcome(of: [utf8(text)]).hasPrefix(
                    "\(JSONError(.duplicateMember(name), at: name.utf8.count + 6))"
                )
            )
        }
        #expect(Self.outcome(of: [utf8(Self.messages[16])]).hasPrefix("kind"))
    }

    @Test("after an error the members that came whole are known, so that the answer can bear the id")
    func headSoFar() {
        var scanner = RequestScanner()
        #expect(throws: JSONError(.unexpected(UInt8(ascii: "!"), expected: .value), at: 14)) {
            try with(utf8(#"{"id":7,"app":!}"#)) { bytes throws(JSONError) in try scanner.feed(bytes) }
        }
        #expect(scanner.headSoFar.id?.range == 6..<7)
        scanner.reset()
        #expect(scanner.headSoFar.id == nil)
        #expect(throws: JSONError(.truncated, at: 8)) {
            try with(utf8(#"{"id":"7"#)) { bytes throws(JSONError) in try scanner.feed(bytes) }
            _ = try scanner.finish()
        }
        #expect(scanner.headSoFar.id == nil)
    }

    @Test("a scanner made ready again knows nothing of the message before")
    func reset() throws {
        var scanner = RequestScanner()
        for text in Self.messages {
            scanner.reset()
            let fresh = Self.outcome(of: [utf8(text)])
            do {
                try with(utf8(text)) { bytes throws(JSONError) in try scanner.feed(bytes) }
                #expect(Self.describe(try scanner.finish(), of: utf8(text)) == fresh)
            } catch {
                #expect(fresh.hasPrefix("\(error)"))
            }
        }
    }

    @Test("nesting is bounded, the message's own object counted; a hundred thousand levels are an error")
    func depth() {
        func message(_ depth: Int, closed: Bool) -> [UInt8] {
            let brackets =
                String(repeating: "[", count: depth) + (closed ? String(repeating: "]", count: depth) + "}" : "")
            return utf8(#"{"type":"ping","id":1,"x":"# + brackets)
        }
        #expect(Self.outcome(of: [message(511, closed: true)]).hasPrefix("kind"))
        let tooDeep = "\(JSONError(.tooDeep(limit: 512), at: 26 + 511))"
        #expect(Self.outcome(of: [message(512, closed: true)]).hasPrefix(tooDeep))
        #expect(Self.outcome(of: [message(100_000, closed: false)]).hasPrefix(tooDeep))
    }

    @Test("random bytes are an error and never a crash", arguments: 0..<100 as Range<UInt64>)
    func garbage(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let bytes = (0..<200).map { _ in
            Bool.random(using: &random)
                ? UInt8.random(in: 0...255, using: &random)
                : utf8("{}[]\",:\\ue-0.19tfn ").randomElement(using: &random)!
        }
        let expected = Self.outcome(of: [bytes])
        #expect(expected.hasPrefix("JSONError"))
        #expect(Self.outcome(of: Pieces.randomCut(of: bytes, &random)) == expected)
    }
}
