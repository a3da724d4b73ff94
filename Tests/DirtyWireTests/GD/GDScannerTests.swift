import DirtyWire
import Testing

/// The resumable scan of a GD request's payload.
@Suite struct GDScannerTests {
    /// Scans `pieces` as one payload and tells the outcome, wholly, as text.
    private static func outcome(of pieces: [[UInt8]]) -> String {
        var scanner = GDScanner()
        do {
            for piece in pieces {
                try with(piece) { bytes throws(GDError) in try scanner.feed(bytes) }
            }
            let head = try scanner.finish()
            let payload = Array(pieces.joined())
            let timeout = Result { try with(payload) { bytes throws(ProtocolError) in try head.timeout(in: bytes) } }
            return """
                app \(head.appPath as Any) action \(head.action as Any) args \(head.args as Any) \
                kwargs \(head.kwargs as Any) affinity \(head.affinity as Any) traceparent \(head.traceparent as Any) \
                timeout \(timeout) problem \(head.problem as Any)
                """
        } catch {
            return "\(error)"
        }
    }

    private static let request = Array(GDSamples.request.dropFirst(16))

    /// A payload made from JSON.
    private static func payload(_ json: JSONValue) throws -> [UInt8] {
        try json.tlv()
    }

    @Test("Gunicorn's request is read as it was meant")
    func golden() throws {
        let head = try with(Self.request) { bytes throws(GDError) in
            var scanner = GDScanner()
            try scanner.feed(bytes)
            return try scanner.finish()
        }
        #expect(head.problem == nil)
        #expect(head.appPath.map { Array(Self.request[$0]).text } == "search")
        #expect(head.action.map { Array(Self.request[$0]).text } == "query")
        #expect(head.affinity == nil)
        let args = try #require(head.args)
        #expect(
            try with(Array(Self.request[args])) { b throws(GDError) in try JSONValue(parsingTLV: b) }
                == ["fox", 2, -1, 1.5, true, .null, ["$base64": "AP8="]]
        )
        let kwargs = try #require(head.kwargs)
        #expect(
            try with(Array(Self.request[kwargs])) { b throws(GDError) in try JSONValue(parsingTLV: b) }
                == ["limit": 5, "naïve": ["日本", "😀"], "deep": ["a": [:]]]
        )
    }

    @Test("a payload gives the same however it is cut")
    func inPieces() throws {
        var payloads = [Self.request, Array(GDSamples.bareRequest.dropFirst(16)), Array(GDSamples.stash.dropFirst(16))]
        payloads.append(
            try Self.payload([
                "timeout": 1.5, "affinity": "é", "traceparent": "", "app_path": "日", "x": [[], [:], ["app_path": 1]],
                "action": "", "args": [], "kwargs": [:], "a name that is longer than sixteen bytes": .null,
            ])
        )
        for payload in payloads {
            let expected = Self.outcome(of: [payload])
            Pieces.everyCut(of: payload, seed: 3) { #expect(Self.outcome(of: $0) == expected) }
        }
    }

    @Test("damaged payloads give the same however they are cut, and never a crash", arguments: 0..<300 as Range<UInt64>)
    func damaged(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var payload = Self.request
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            payload[Int.random(in: 0..<payload.count, using: &random)] =
                Bool.random(using: &random)
                ? UInt8.random(in: 0...255, using: &random)
                : [0, 1, 5, 6, 0x10, 0x11, 0x20, 0x21].randomElement(using: &random)!
        }
        let expected = Self.outcome(of: [payload])
        #expect(Self.outcome(of: payload.map { [$0] }) == expected)
        for _ in 0..<10 {
            #expect(Self.outcome(of: Pieces.randomCut(of: payload, &random)) == expected)
        }
    }

    @Test("a payload cut off anywhere is an error")
    func truncated() {
        for count in 0..<Self.request.count {
            #expect(Self.outcome(of: [Array(Self.request.prefix(count))]) == "\(GDError(.truncated, at: count))")
        }
    }

    @Test(
        "what is no GD value is refused at the byte that shows it",
        arguments: [
            ("02", .unknownTag(2), 0), ("2100000001 1100000001 61 02", .unknownTag(2), 11),
            ("2100000001 1100000001 61 0102", .badBool(2), 12),
            ("2100000001 0500000000000000 00 00", .keyNotString("an integer"), 5),
            ("2100000001 00 00", .keyNotString("nil"), 5),
            ("2100000000 00", .trailingBytes, 5),
            ("2000000000", .notADictionary("a list"), 0), ("00", .notADictionary("nil"), 0),
            ("2100100001", .tooManyItems(count: 0x100001, limit: 1 << 20), 0),
            ("2100000001 1100000001 61 20FFFFFFFF", .tooManyItems(count: 0xFFFF_FFFF, limit: 1 << 20), 11),
            ("2100000001 1100000001 80 00", .invalidUTF8, 10),
            ("2100000001 1100000002 C3C3 00", .invalidUTF8, 11),
            ("2100000001 1100000001 C3 00", .invalidUTF8, 11),
            ("2100000001 1100000003 EDA080 00", .invalidUTF8, 11),
            ("2100000002 1100000004 61726773 00 1100000004 61726773 00", .duplicateMember("args"), 15),
        ] as [(String, GDError.Reason, Int)]
    )
    func refused(_ hex: String, _ reason: GDError.Reason, _ offset: Int) {
        let payload = [UInt8](hex: hex)
        let expected = "\(GDError(reason, at: offset))"
        Pieces.everyCut(of: payload, seed: 4) { #expect(Self.outcome(of: $0) == expected) }
    }

    @Test(
        "500 containers may lie within each other, and no more; a hundred thousand are an error",
        arguments: [true, false]
    )
    func depth(lists: Bool) {
        func payload(_ depth: Int) -> [UInt8] {
            let one = lists ? "2000000001" : "210000000111000000016B"
            return Array(hex: "210000000111000000016B")
                + Array(repeatElement([UInt8](hex: one), count: depth - 1).joined())
        }
        #expect(!Self.outcome(of: [payload(500) + [0]]).hasPrefix("GDError"))
        let size = lists ? 5 : 11
        let tooDeep = "\(GDError(.tooDeep(limit: 500), at: 11 + 499 * size))"
        #expect(Self.outcome(of: [payload(501) + [0]]) == tooDeep)
        #expect(Self.outcome(of: [payload(100_000)]) == tooDeep)
    }

    @Test("a container may have 1,048,576 items")
    func items() {
        let payload = [UInt8](hex: "2100000001 1100000001 61 2000100000") + [UInt8](repeating: 0, count: 1 << 20)
        #expect(!Self.outcome(of: [payload]).hasPrefix("GDError"))
    }

    @Test(
        "a problem names the member, what it must be and what it is",
        arguments: [
            (
                ["action": "b"], .missingMember,
                #"a request needs the member "app_path", a string; it is missing or nil"#, nil
            ),
            (
                ["app_path": "a", "action": .null], .missingMember,
                #"a request needs the member "action", a string; it is missing or nil"#, nil
            ),
            (
                ["app_path": 5, "action": "b"], .wrongMember,
                #"the member "app_path" must be a string and is an integer"#, 18
            ),
            (
                ["kwargs": [], "args": [:], "app_path": "a", "action": "b"], .wrongMember,
                #"the member "kwargs" must be a dictionary and is a list"#, 16
            ),
            (
                ["app_path": ["$base64": ""], "action": "b"], .wrongMember,
                #"the member "app_path" must be a string and is bytes"#, 18
            ),
            (
                ["timeout": true, "app_path": "a", "action": "b"], .wrongMember,
                #"the member "timeout" must be a number and is a boolean"#, 17
            ),
            (["args": .null, "kwargs": .null, "timeout": .null, "app_path": "a", "action": "b"], nil, "", nil),
        ] as [(JSONValue, ProtocolFault?, String, Int?)]
    )
    func problems(_ json: JSONValue, _ fault: ProtocolFault?, _ message: String, _ offset: Int?) throws {
        let head = try with(Self.payload(json)) { bytes throws(GDError) in
            var scanner = GDScanner()
            try scanner.feed(bytes)
            return try scanner.finish()
        }
        #expect(head.problem == fault.map { ProtocolError($0, message, at: offset) })
    }

    @Test(
        "a timeout is a number of seconds above 0",
        arguments: [
            (5, .seconds(5)), (0.25, .milliseconds(250)), (1e300, .seconds(1_000_000_000)), (0, nil), (-1.5, nil),
            (-3, nil),
        ]
            as [(JSONValue, Duration?)]
    )
    func timeout(_ json: JSONValue, _ expected: Duration?) throws {
        let payload = try Self.payload(["timeout": json])
        let head = try with(payload) { bytes throws(GDError) in
            var scanner = GDScanner()
            try scanner.feed(bytes)
            return try scanner.finish()
        }
        let timeout = try? with(payload) { bytes throws(ProtocolError) in try head.timeout(in: bytes) }
        #expect(timeout == expected)
    }

    @Test("a timeout that is no number of seconds is refused")
    func timeoutNaN() throws {
        let payload = [UInt8](hex: "2100000001 1100000007 74696d656f7574 067ff8000000000000")
        let head = try with(payload) { bytes throws(GDError) in
            var scanner = GDScanner()
            try scanner.feed(bytes)
            return try scanner.finish()
        }
        #expect(throws: ProtocolError.self) {
            try with(payload) { bytes throws(ProtocolError) in try head.timeout(in: bytes) }
        }
    }

    @Test("a scanner made ready again knows nothing of the payload before")
    func reset() throws {
        var scanner = GDScanner()
        try with(Self.request) { bytes throws(GDError) in try scanner.feed(bytes) }
        _ = try scanner.finish()
        scanner.reset()
        #expect(throws: GDError(.truncated, at: 0)) { try scanner.finish() }
        scanner.reset()
        #expect(throws: GDError.self) {
            try with([0x21, 0, 0, 0, 1, 2]) { bytes throws(GDError) in try scanner.feed(bytes) }
        }
        scanner.reset()
        try with([0x21, 0, 0, 0, 0]) { bytes throws(GDError) in try scanner.feed(bytes) }
        #expect(try scanner.finish().appPath == nil)
    }
}
