import CDirtyLink
import DirtyWire
import Testing

/// Calls that nobody wants any more.
@Suite struct CancelTests {
    private func probe() throws -> TestArbiter {
        let arbiter = try TestArbiter()
        try arbiter.loadReady(FixturePlugin.path("probe"))
        return arbiter
    }

    @Test(arguments: [(false, -6), (true, -7)])
    func `poll and emit say why a call isn't wanted`(isDeadline: Bool, status: Int) throws {
        let arbiter = try probe()
        let id = try arbiter.call("wait_poll")
        #expect(try arbiter.reply().text == "\"begun\"")
        arbiter.cancel(id, deadline: isDeadline)
        #expect(try arbiter.reply().text == "[\(status),\(status)]")
        #expect(try arbiter.reply().header.kind == .end)
    }

    @Test(arguments: [(false, -6), (true, -7)])
    func `the plugin's hook is told why a call isn't wanted`(isDeadline: Bool, status: Int) throws {
        let arbiter = try probe()
        for _ in 0..<3 {
            let id = try arbiter.call("wait_hook")
            #expect(try arbiter.reply().text == "\"begun\"")
            arbiter.cancel(id, deadline: isDeadline)
            #expect(try arbiter.reply().text == "\(status)")
            #expect(try arbiter.reply().header.kind == .end)
        }
    }

    @Test func `another call's cancellation changes nothing`() throws {
        let arbiter = try probe()
        arbiter.cancel(arbiter.nextCallID() + 256)
        #expect(try arbiter.result("nothing") == .null)
        arbiter.cancel(arbiter.nextCallID() - 256)
        #expect(try arbiter.result("alloc") == "allocated")
    }

    @Test func `a call that is cancelled before it begins isn't given to the plugin`() throws {
        let arbiter = try probe()
        let id = arbiter.nextCallID()
        dirty_page_set_cancelled(arbiter.page, 0, id, UInt32(DIRTY_PAGE_WHY_CANCELLED))
        try arbiter.call("wait_poll")
        let error = try arbiter.error(try arbiter.reply())
        #expect(error.executed == .no && error.details["status_name"] == "E_CANCELLED")
        #expect(arbiter.begun(lane: 0) != id)
        #expect(try arbiter.result("nothing") == .null)
    }
}
