import DirtyWire
import Testing

/// Answers in chunks, and their end.
@Suite struct StreamTests {
    private func probe() throws -> TestArbiter {
        let arbiter = try TestArbiter()
        try arbiter.loadReady(FixturePlugin.path("probe"))
        return arbiter
    }

    @Test func `a stream that handle ends with OK has an end`() throws {
        let arbiter = try probe()
        try arbiter.call("emit_then_ok")
        #expect(try arbiter.reply().header.kind == .chunk)
        let end = try arbiter.reply()
        #expect(end.header.kind == .end && end.body.isEmpty && end.header.flags == [])
    }

    @Test func `an error ends a stream`() throws {
        let arbiter = try probe()
        try arbiter.call("emit_then_fail")
        #expect(try arbiter.reply().text == "1")
        #expect(try arbiter.error(try arbiter.reply()).details["status_name"] == "E_NOT_FOUND")
    }

    @Test func `chunks of several threads come whole, and in each thread's order`() throws {
        let arbiter = try probe()
        try arbiter.call("emit_threads")
        var chunks: [Int: [Int]] = [:]
        var reply = try arbiter.reply()
        while reply.header.kind == .chunk, reply.header.bodyBytes > 3 {
            let thread = try #require(try reply.json.intValue)
            chunks[thread, default: []].append(reply.body.count)
            reply = try arbiter.reply()
        }
        #expect(chunks.count == 4)
        #expect(chunks.values.allSatisfy { $0 == (0..<50).map { $0 % 2 == 0 ? 32 : 300 << 10 } })
        #expect(reply.text == "200" && reply.header.kind == .chunk)
        #expect(try arbiter.reply().header.kind == .end)
    }

    @Test func `a stream without end stops when it is cancelled`() throws {
        let arbiter = try TestArbiter()
        try arbiter.loadReady(FixturePlugin.path("minimal"))
        let id = try arbiter.call("count")
        for expected in 0..<1000 {
            #expect(try arbiter.reply().json == .int(Int64(expected)))
        }
        arbiter.cancel(id)
        var reply = try arbiter.reply()
        while reply.header.kind == .chunk { reply = try arbiter.reply() }
        #expect(try arbiter.error(reply).details["status_name"] == "E_CANCELLED")
        try arbiter.call("echo", "[4]")
        #expect(try arbiter.reply().text == "[4]")
    }

    @Test func `a stream whose lane is closed ends, and the worker with it`() throws {
        let arbiter = try TestArbiter()
        try arbiter.loadReady(FixturePlugin.path("probe"))
        try arbiter.call("emit_threads")
        _ = try arbiter.reply()
        arbiter.sayBye()
        #expect(try arbiter.exitStatus() == .exited(0))
    }
}
