import DirtyWire
import Testing

/// Raw bytes with calls and answers, and the other form of payloads.
@Suite struct AttachmentTests {
    private func probe(maxFrameBytes: Int = 64 << 20) throws -> TestArbiter {
        let arbiter = try TestArbiter(maxFrameBytes: maxFrameBytes)
        try arbiter.loadReady(FixturePlugin.path("probe"))
        return arbiter
    }

    private static let pieces: [[UInt8]] = [
        Array("héllo".utf8), [], (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }, [0],
    ]

    @Test func `attachments come back byte for byte`() throws {
        let arbiter = try probe()
        for _ in 0..<3 {
            try arbiter.call("reflect", "[1]", kwargs: "{}", flags: .attachmentsInReplies, attachments: Self.pieces)
            let reply = try arbiter.reply()
            #expect(reply.text == "[[1],{}]")
            #expect(reply.attachments == Self.pieces)
            if reply.header.flags == .laneStaysBusy { #expect(try arbiter.reply().header.kind == .free) }
        }
    }

    @Test func `a call has nothing of the one before it`() throws {
        let arbiter = try probe()
        try arbiter.call("reflect", flags: .attachmentsInReplies, attachments: [[1], [2, 3]])
        #expect(try arbiter.reply().attachments == [[1], [2, 3]])
        try arbiter.call("views", args: list([0x06, 0x7F, 0xF8, 0, 0, 0, 0, 0, 0]), kwargs: [], form: .gd)
        #expect(try arbiter.reply().header.flags == .rejected)
        try arbiter.call("reflect", "[2]", flags: .attachmentsInReplies)
        let reply = try arbiter.reply()
        #expect(reply.text == "[[2],{}]")
        #expect(reply.attachments == [])
    }

    @Test func `sixteen mebibytes, and two thousand attachments, come back`() throws {
        let arbiter = try probe()
        let block = (0..<65537).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 9) }
        var large: [UInt8] = []
        while large.count < 16 << 20 { large += block }
        let small = (0..<2000).map { [UInt8](repeating: UInt8($0 & 0xFF), count: $0 % 40) }
        try arbiter.call("reflect", flags: .attachmentsInReplies, attachments: [large])
        #expect(try arbiter.reply().attachments == [large])
        #expect(try arbiter.reply().header.kind == .free)
        try arbiter.call("reflect", flags: .attachmentsInReplies, attachments: small)
        #expect(try arbiter.reply().attachments == small)
    }

    @Test func `a caller that doesn't know attachments gets them inlined`() throws {
        let arbiter = try probe()
        let args = #"[{"$attachment":0}, "{\"$attachment\":0}", {"\u0024attachment":0}, { "$attachment" : 3 , "b":1}]"#
        try arbiter.call("reflect", args, kwargs: #"{"k":{ "$attachment"\#n:\#t3 }}"#, attachments: Self.pieces)
        #expect(
            try arbiter.reply().json == [
                [
                    ["$base64": "aMOpbGxv"], "{\"$attachment\":0}", ["$attachment": 0], ["$attachment": 3, "b": 1],
                ],
                ["k": ["$base64": "AA=="]],
            ]
        )
    }

    @Test func `an inlined reference to an attachment that isn't there is an error`() throws {
        let error = try probe().failure("bad_reference")
        #expect(error.message.contains("byte 1") && error.message.contains("attachment"))
    }

    @Test func `inlined attachments count towards the limit`() throws {
        let arbiter = try probe(maxFrameBytes: 100_000)
        try arbiter.call("reflect", #"[{"$attachment":0}]"#, attachments: [[UInt8](repeating: 1, count: 80_000)])
        #expect(try arbiter.error(try arbiter.reply()).details["status_name"] == "E_TOO_LARGE")
    }

    @Test func `more than one answer holds is an error, and the worker serves on`() throws {
        let arbiter = try probe()
        try arbiter.call("beyond", flags: .attachmentsInReplies)
        let error = try arbiter.error(try arbiter.reply())
        #expect(error.details["status_name"] == "E_TOO_LARGE")
        #expect(error.message.contains("4294967295 bytes") && error.message.contains("in chunks"))
        // The memory that was handed over has been given back all the same.
        try arbiter.call("last")
        #expect(try arbiter.reply().text == "[-2,-10,-10,1]")
    }

    // MARK: The GD form

    /// A list of values.
    private func list(_ values: [UInt8]...) -> [UInt8] {
        [0x20, 0, 0, 0, UInt8(values.count)] + values.flatMap { $0 }
    }

    private func text(_ tag: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        [tag, 0, 0, 0, UInt8(bytes.count)] + bytes
    }

    @Test func `GD values arrive as JSON and leave as GD values, bytes as bytes`() throws {
        let arbiter = try probe()
        let integer: [UInt8] = [0x05, 0, 0, 0, 0, 0, 0, 0, 7]
        let args = list(integer, text(0x11, Array("ü".utf8)), text(0x10, [0, 255]), [0x01, 1], [0x00])
        let kwargs: [UInt8] = [0x21, 0, 0, 0, 1] + text(0x11, Array("k".utf8)) + text(0x10, [9])
        try arbiter.call("reflect", args: args, kwargs: kwargs, form: .gd)
        let reply = try arbiter.reply()
        #expect(reply.header.kind == .response && reply.attachments.isEmpty)
        #expect(reply.body == list(args, kwargs))
    }

    @Test func `views of GD calls are followed by a NUL too`() throws {
        let arbiter = try probe()
        for args in [[], list(text(0x11, Array(repeating: 0x61, count: 200)))] {
            try arbiter.call("views", args: args, kwargs: [], form: .gd)
            #expect(try arbiter.reply().body == [0x01, 1])
        }
    }

    @Test func `a GD call without an answer has the result nil`() throws {
        let arbiter = try probe()
        try arbiter.call("nothing", args: [], kwargs: [], form: .gd)
        #expect(try arbiter.reply().body == [0])
    }

    @Test func `chunks of a GD call are GD values`() throws {
        let arbiter = try probe()
        try arbiter.call("emit_then_ok", args: [], kwargs: [], form: .gd)
        #expect(try arbiter.reply().body == [0x05, 0, 0, 0, 0, 0, 0, 0, 1])
        #expect(try arbiter.reply().header.kind == .end)
    }

    @Test func `errors of GD calls are GD values`() throws {
        let arbiter = try probe()
        try arbiter.call("no such action", args: [], kwargs: [], form: .gd)
        let reply = try arbiter.reply()
        let error = try reply.body.withUnsafeBytes { try JSONValue(parsingTLV: $0) }
        #expect(error["error_type"] == "DirtyAppError")
        #expect(error["details"]?["status_name"] == "E_UNSUPPORTED")
    }

    @Test func `arguments that JSON can't express never reach the plugin`() throws {
        let arbiter = try probe()
        try arbiter.call("views", args: list([0x06, 0x7F, 0xF8, 0, 0, 0, 0, 0, 0]), kwargs: [], form: .gd)
        let reply = try arbiter.reply()
        let error = try reply.body.withUnsafeBytes { try JSONValue(parsingTLV: $0) }
        #expect(error["details"]?["executed"] == "no")
        #expect(error["details"]?["status_name"] == "E_INVALID")
        #expect(try arbiter.result("nothing") == .null)
    }
}
