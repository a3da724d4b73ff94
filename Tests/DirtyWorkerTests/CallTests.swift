import CDirtyApp
import DirtyWire
import Testing

/// Calls and their answers.
@Suite struct CallTests {
    private func probe(lanes: Int = 1, maxFrameBytes: Int = 64 << 20) throws -> TestArbiter {
        let arbiter = try TestArbiter(lanes: lanes, maxFrameBytes: maxFrameBytes)
        try arbiter.loadReady(FixturePlugin.path("probe"))
        return arbiter
    }

    private func faults() throws -> TestArbiter {
        let arbiter = try TestArbiter()
        try arbiter.loadReady(FixturePlugin.faults())
        return arbiter
    }

    @Test func `a call is answered, and another after it`() throws {
        let arbiter = try TestArbiter()
        try arbiter.loadReady(FixturePlugin.path("minimal"))
        for text in [#"["a",1,{"b":null}]"#, "[]", #"["ü😀"]"#] {
            try arbiter.call("echo", text)
            let reply = try arbiter.reply()
            #expect(reply.text == text)
            #expect(reply.header.kind == .response && reply.header.flags == [])
        }
    }

    @Test func `arguments that aren't given are an empty array and object`() throws {
        let arbiter = try probe()
        #expect(try arbiter.result("reflect") == [[], [:]])
    }

    @Test(arguments: [0, 1, 100, 70_000, 5_000_000])
    func `texts of any length are followed by a NUL, and attachments aligned`(length: Int) throws {
        let arbiter = try probe()
        let text = #"["\#(String(repeating: "x", count: length))"]"#
        try arbiter.call(
            "views",
            text,
            kwargs: #"{"k":\#(text)}"#,
            attachments: [[1], [], Array(repeating: 7, count: length), [1, 2]]
        )
        #expect(try arbiter.reply().text == "true")
    }

    @Test func `the begun word names the call`() throws {
        let arbiter = try probe()
        let id = try arbiter.call("nothing")
        _ = try arbiter.reply()
        #expect(arbiter.begun(lane: 0) == id)
    }

    @Test func `a deadline reaches the plugin as it is`() throws {
        let arbiter = try probe()
        try arbiter.call("deadline", deadline: 123_456_789_012)
        #expect(try arbiter.reply().text == "123456789012")
    }

    @Test func `a call that ends without a word has the result null`() throws {
        #expect(try probe().result("nothing") == .null)
    }

    @Test func `memory from alloc is the call's, and may be its result`() throws {
        let arbiter = try probe()
        for _ in 0..<20 {
            #expect(try arbiter.result("alloc") == "allocated")
            try arbiter.call("alloc_pending")
            let reply = try arbiter.reply()
            #expect(reply.body.count == 300 << 10)
            // The thread may be quicker than handle.
            if reply.header.flags == .laneStaysBusy { #expect(try arbiter.reply().header.kind == .free) }
        }
    }

    @Test func `an unknown extension isn't there`() throws {
        #expect(try probe().result("extension") == .null)
    }

    // MARK: Errors

    @Test func `an error carries the plugin's message and details, and not over ours`() throws {
        let error = try faults().failure("error", "[-4]")
        #expect(error.type == .app && error.executed == .yes)
        #expect(error.message == "this was asked for")
        #expect(
            error.details == [
                "app_path": "app", "action": "error", "status": -4, "status_name": "E_UNSUPPORTED",
                "hint": "ask for something else",
            ]
        )
    }

    @Test func `an error names the app as the caller did`() throws {
        let error = try faults().failure("error", flags: .namedByPath)
        #expect(error.details["app_path"] == "/orig/app.so")
    }

    @Test func `a status without words gets some`() throws {
        let error = try probe().failure("no such action")
        #expect(error.details["status_name"] == "E_UNSUPPORTED")
        #expect(error.message.contains("no such action"))
    }

    @Test func `a status that is no outcome is an error`() throws {
        let arbiter = try faults()
        #expect(try arbiter.failure("odd_status", "[42]").details["status_name"] == "E_INTERNAL")
        let probe = try probe()
        #expect(try probe.failure("finish_odd").details["status_name"] == "E_INTERNAL")
        #expect(try probe.result("last") == .int(Int64(DIRTY_E_INVALID)))
    }

    @Test func `a result that isn't JSON is an error that says where`() throws {
        let error = try faults().failure("invalid_json")
        #expect(error.details["status"] == -1)
        #expect(error.message.contains("byte 13"))
    }

    @Test func `an error whose words aren't JSON is still that error`() throws {
        let error = try probe().failure("bad_error")
        #expect(error.details["status_name"] == "E_BUSY")
        #expect(error.message.contains("not JSON"))
    }

    @Test func `a result beyond the limit is an error, one within it isn't`() throws {
        let arbiter = try probe(maxFrameBytes: 100_000)
        try arbiter.call("large", "[100000]")
        #expect(try arbiter.reply().body.count == 100_000)
        #expect(try arbiter.reply().header.kind == .free)
        let error = try arbiter.failure("large", "[100001]")
        #expect(error.details["status_name"] == "E_TOO_LARGE")
        #expect(try arbiter.result("last") == .int(Int64(DIRTY_E_TOO_LARGE)))
    }

    @Test func `a poisoned plugin answers and its worker ends`() throws {
        let arbiter = try faults()
        #expect(try arbiter.failure("poisoned").details["status_name"] == "E_POISONED")
        #expect(try arbiter.exitStatus() == .exited(4))
    }

    // MARK: Finish

    @Test func `the second finish changes nothing and is told so`() throws {
        let arbiter = try faults()
        #expect(try arbiter.result("finish_twice") == 1)
        try arbiter.output.wait(for: "second finish: \(DIRTY_E_GONE)")
        #expect(try arbiter.result("echo", "[2]") == [2])
    }

    @Test func `a finish from another thread is sent at once, and the lane is free when handle returns`() throws {
        let arbiter = try faults()
        for _ in 0..<50 {
            let id = try arbiter.call("finish_thread_before")
            let reply = try arbiter.reply()
            #expect(reply.header.kind == .response && reply.header.flags == .laneStaysBusy)
            let free = try arbiter.reply()
            #expect(free.header.kind == .free && free.header.call == id && free.body.isEmpty)
        }
    }

    @Test func `a finish after PENDING frees the lane at once`() throws {
        let arbiter = try faults()
        for delay in [0, 0, 0, 0, 1000] {
            try arbiter.call("finish_thread_after", "[\(delay)]")
            let reply = try arbiter.reply()
            #expect(reply.text == "\"from another thread\"")
            // Without delay the thread may be quicker than handle.
            if reply.header.flags == .laneStaysBusy {
                #expect(delay == 0)
                #expect(try arbiter.reply().header.kind == .free)
            }
        }
        #expect(try arbiter.result("echo", "[3]") == [3])
    }

    @Test func `a large answer doesn't wait for handle to return`() throws {
        let arbiter = try probe()
        try arbiter.call("large", "[\(65 << 10)]")
        #expect(try arbiter.reply().header.flags == .laneStaysBusy)
        #expect(try arbiter.reply().header.kind == .free)
    }

    @Test func `an answer of 64 KiB with its header waits for handle to return, a larger one doesn't`() throws {
        let arbiter = try probe()
        let bytes = (64 << 10) - LaneReplyHeader.bytes
        for _ in 0..<2 {
            try arbiter.call("large", "[\(bytes)]")
            let kept = try arbiter.reply()
            #expect(kept.header.flags == [])
            #expect(kept.body.count == bytes && kept.body.last == UInt8(ascii: "\""))
            try arbiter.call("large", "[\(bytes + 1)]")
            #expect(try arbiter.reply().header.flags == .laneStaysBusy)
            #expect(try arbiter.reply().header.kind == .free)
        }
    }

    @Test func `attachments are given back once each, whatever comes of them`() throws {
        let arbiter = try probe()
        try arbiter.call("release", flags: .attachmentsInReplies)
        let chunk = try arbiter.reply()
        #expect(chunk.header.kind == .chunk)
        #expect(chunk.attachments.map { String(decoding: $0, as: UTF8.self) } == ["emitted 0", "emitted 1"])
        #expect(try arbiter.reply().attachments == [Array("the result".utf8)])
        #expect(try arbiter.reply().header.kind == .end)
        // What emit and finish said of bad JSON, an unknown kind, another call, and a call that is over; then poll,
        // alloc, and how many attachments came back.
        #expect(try arbiter.result("last") == [-2, -4, -8, -8, -8, -8, 0, 8])
    }
}
