import DirtyWire
import Testing

/// Replies in GD form.
@Suite struct GDFrameTests {
    @Test("replies are byte for byte what Gunicorn would send")
    func golden() throws {
        let result: JSONValue = ["hits": [1, 2], "ok": true]
        #expect(GDFrame.reply(.response, requestID: 7, body: try result.tlv()) == GDSamples.response)
        #expect(GDFrame.reply(.response, requestID: 7, body: [0]) == GDSamples.emptyResponse)
        #expect(GDFrame.reply(.chunk, requestID: 9, body: try JSONValue.string("token").tlv()) == GDSamples.chunk)
        #expect(GDFrame.reply(.end, requestID: 9) == GDSamples.end)
        let error: JSONValue = ["error_type": "DirtyTimeoutError", "message": "too slow", "details": ["timeout": 1.5]]
        #expect(GDFrame.reply(.error, requestID: .max, body: try error.tlv()) == GDSamples.error)
    }

    @Test("an opening has the size that was foretold", arguments: [ReplyKind.response, .chunk, .end, .error])
    func openings(_ kind: ReplyKind) throws {
        var bytes = [UInt8](repeating: 0, count: 100)
        let count = bytes.withUnsafeMutableBytes {
            GDFrame.writeOpening(of: kind, requestID: 1, bodyBytes: 50, into: $0)
        }
        #expect(count == GDFrame.openingBytes(of: kind))
        let header = try with(bytes) { b throws(GDError) in try GDHeader(decoding: b) }
        #expect(Int(header.payloadBytes) == count - 16 + 50)
    }

    @Test("an error is a value that says what its JSON says")
    func errors() throws {
        let error = ErrorReply(
            .worker,
            "died",
            executed: .maybe,
            details: ["worker_id": 3, "signal": 9, "traceback": .null]
        )
        let value = try with(error.tlvBytes()) { b throws(GDError) in try JSONValue(parsingTLV: b) }
        #expect(value == error.json())
    }

    @Test("a detail that GD cannot carry is given as its JSON text, and the others as they are")
    func portable() throws {
        var deep: JSONValue = 1
        for _ in 0..<498 { deep = [deep] }
        let details: JSONObject = ["big": .uint(.max), "deep": deep, "bad": ["$base64": "?"], "status": -4]
        let error = ErrorReply(.app, "no", executed: .yes, details: details)
        let sent = try with(error.tlvBytes()) { b throws(GDError) in try JSONValue(parsingTLV: b) }
        #expect(
            sent["details"] == [
                "error_type": "DirtyAppError", "executed": "yes", "big": "18446744073709551615",
                "deep": .string(deep.description),
                "bad": #"{"$base64":"?"}"#, "status": -4,
            ]
        )
        #expect(sent["message"] == "no")
    }

    @Test("a status query has no payload, and management is read as a tree")
    func managing() throws {
        let payload = Array(GDSamples.manage.dropFirst(16))
        #expect(try with(payload) { b throws(GDError) in try JSONValue(parsingTLV: b) } == ["op": 1, "count": 2])
        let stash = Array(GDSamples.stash.dropFirst(16))
        let value = try with(stash) { b throws(GDError) in try JSONValue(parsingTLV: b) }
        #expect(value == ["op": 1, "table": "t", "key": "k", "value": ["x": ["$base64": "cmF3"]]])
        #expect(try value.tlv() == stash)
    }
}
