import DirtyWire
import Glibc
import Testing

/// Calls that come to a lane while it runs another.
@Suite struct HandingTests {
    private func probe(lanes: Int = 1) throws -> TestArbiter {
        let arbiter = try TestArbiter(lanes: lanes)
        try arbiter.loadReady(FixturePlugin.path("probe"))
        return arbiter
    }

    /// A call that is on lane 0, and has begun, until it is cancelled.
    private func begin(_ arbiter: TestArbiter) throws -> UInt64 {
        let id = try arbiter.call("wait_poll")
        #expect(try arbiter.reply().text == "\"begun\"")
        return id
    }

    /// Cancels that call, and reads its end.
    private func end(_ call: UInt64, _ arbiter: TestArbiter) throws {
        arbiter.cancel(call)
        #expect(try arbiter.reply().header.kind == .chunk)
        let end = try arbiter.reply().header
        #expect(end.kind == .end && end.call == call)
    }

    @Test func `a lane begins what it was handed when its own call has ended`() throws {
        let arbiter = try probe()
        let first = try begin(arbiter)
        let second = try arbiter.hand("reflect", "[1]")
        #expect(arbiter.begun(lane: 0) == first)
        try end(first, arbiter)
        let reply = try arbiter.reply()
        #expect(reply.header.call == second && reply.text == "[[1],{}]")
        #expect(arbiter.begun(lane: 0) == second)
        #expect(!arbiter.revoke(second))
    }

    @Test func `a call that was taken back isn't begun, and the next is`() throws {
        let arbiter = try probe()
        let first = try begin(arbiter)
        let second = try arbiter.hand("reflect", "[2]")
        #expect(arbiter.revoke(second))
        let third = try arbiter.hand("reflect", "[3]")
        try end(first, arbiter)
        let reply = try arbiter.reply()
        #expect(reply.header.call == third && reply.text == "[[3],{}]")
        #expect(try arbiter.result("reflect", "[4]") == [[4], [:]])
    }

    @Test func `what was read ahead is of any size, and taken in the order in which it came`() throws {
        let arbiter = try probe()
        let text = #"["\#(String(repeating: "x", count: 100_000))"]"#
        for _ in 0..<3 {
            let first = try begin(arbiter)
            let second = try arbiter.hand("reflect", text)
            #expect(arbiter.revoke(second))
            try arbiter.hand("reflect", "[1]")
            try end(first, arbiter)
            #expect(try arbiter.reply().text == "[[1],{}]")
        }
    }

    @Test func `a pending call has its arguments to itself until it has ended`() throws {
        let arbiter = try probe()
        for _ in 0..<20 {
            let first = try arbiter.call("wait_pending", "[1]")
            let second = try arbiter.hand("reflect", "[2]")
            arbiter.cancel(first)
            let reply = try arbiter.reply()
            #expect(reply.header.call == first)
            if reply.header.kind == .error {
                // The cancellation was seen before the call began.
                #expect(try arbiter.error(reply).executed == .no)
            } else {
                #expect(reply.text == "[1]")
            }
            var next = try arbiter.reply()
            if next.header.kind == .free { next = try arbiter.reply() }
            #expect(next.header.call == second && next.text == "[[2],{}]")
        }
    }

    @Test func `the time of a handed call counts from its beginning`() throws {
        let arbiter = try probe()
        let first = try begin(arbiter)
        try arbiter.hand("deadline", run: 5_000_000_000)
        let handed = now()
        try end(first, arbiter)
        let deadline = try #require(UInt64(try arbiter.reply().text))
        #expect(deadline >= handed + 5_000_000_000 && deadline <= now() + 5_000_000_000)
    }

    private func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
