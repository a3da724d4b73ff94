import DirtyWire
import Glibc
import Testing

/// What the worker is as a process: its end, its crashes, its descriptors, its children.
@Suite struct ProcessTests {
    private func faults(lanes: Int = 1, config: String = "null") throws -> TestArbiter {
        let arbiter = try TestArbiter(lanes: lanes)
        try arbiter.loadReady(FixturePlugin.faults(), config: config)
        return arbiter
    }

    // MARK: Crashes

    @Test(arguments: [("segv", SIGSEGV), ("abort", SIGABRT)])
    func `a crash leaves signal, lane, call and backtrace, and is the process's end`(
        action: String,
        signal: Int32
    ) throws {
        let arbiter = try faults(lanes: 3)
        let id = try arbiter.call(action, lane: 2)
        #expect(try arbiter.exitStatus() == .killed(by: signal))
        let crash = arbiter.crash
        #expect(crash.signal == signal && crash.lane == 2 && crash.call == id)
        #expect(crash.text.contains("faults_\(action) + "), "\(crash.text)")
        #expect(crash.text.contains("libFaults.so + 0x"))
        #expect(arbiter.begun(lane: 2) == id)
    }

    @Test func `a stack overflow is reported too`() throws {
        let arbiter = try faults()
        let id = try arbiter.call("stack_overflow")
        #expect(try arbiter.exitStatus() == .killed(by: SIGSEGV))
        #expect(arbiter.crash.call == id)
        #expect(arbiter.crash.text.contains("#20 "), "\(arbiter.crash.text)")
    }

    @Test func `a crash while an app is closed names no call`() throws {
        let arbiter = try faults(config: #"{"close":"fail"}"#)
        #expect(try arbiter.result("echo", "[1]") == [1])
        arbiter.sayBye()
        #expect(try arbiter.exitStatus() == .killed(by: SIGABRT))
        #expect(arbiter.crash.lane == 0 && arbiter.crash.call == 0)
    }

    @Test func `a process that hasn't crashed says so`() throws {
        let arbiter = try faults()
        try arbiter.call("exit")
        #expect(try arbiter.exitStatus() == .exited(0))
        #expect(arbiter.crash == (0, -1, 0, ""))
    }

    // MARK: Stuck threads

    @Test func `a stuck thread says where it is, and goes on`() throws {
        let arbiter = try faults()
        let deadline = ContinuousClock.now + .seconds(20)
        var text = ""
        // Again if it wasn't there yet, or said nothing in time.
        while !text.contains("faults_sleep"), .now < deadline {
            let id = try arbiter.call("sleep_ms", "[300]")
            while arbiter.begun(lane: 0) != id { sched_yield() }
            text = try arbiter.trace(lane: 0)
            #expect(try arbiter.reply().text == "300")
        }
        #expect(text.contains("faults_sleep"))
        #expect(text.contains("libFaults.so + 0x"))
    }

    /// Where a lane's thread is, asked until it says so: a busy machine may not let it run in time.
    private func place(ofLane lane: Int, of arbiter: TestArbiter) throws -> String {
        let deadline = ContinuousClock.now + .seconds(20)
        var text = ""
        while text.isEmpty, .now < deadline { text = try arbiter.trace(lane: lane) }
        return text
    }

    @Test func `a thread that blocks all signals is waited for no longer than need be`() throws {
        let arbiter = try faults(lanes: 2)
        let id = try arbiter.call("spin_blocked")
        while arbiter.begun(lane: 0) != id { sched_yield() }
        // Until its signals are blocked it may answer.
        var text = "?"
        while !text.isEmpty { text = try arbiter.trace(lane: 0) }
        #expect(try place(ofLane: 1, of: arbiter).contains("dirty-worker"))
        #expect(try arbiter.trace(lane: 7) == "")
    }

    // MARK: The end

    @Test(arguments: ["spin", "spin_blocked", "never_finish"])
    func `a worker whose arbiter is gone is gone`(action: String) throws {
        let arbiter = try faults(lanes: 2)
        let id = try arbiter.call(action)
        while arbiter.begun(lane: 0) != id { sched_yield() }
        arbiter.closeControl()
        #expect(try arbiter.exitStatus() == .killed(by: SIGKILL))
    }

    @Test func `a worker that is opening its app when its arbiter goes is gone`() throws {
        let arbiter = try TestArbiter()
        arbiter.startLoading(try FixturePlugin.faults(), config: #"{"open":"hang"}"#)
        while try !arbiter.trace(lane: 0).contains("libFaults.so") {}
        arbiter.closeControl()
        #expect(try arbiter.exitStatus() == .killed(by: SIGKILL))
    }

    @Test func `the app that a worker was opening when it died is known`() throws {
        let arbiter = try TestArbiter()
        let faults = try FixturePlugin.faults()
        let probe = try FixturePlugin.path("probe")
        arbiter.startLoading([("fine", probe, "null"), ("bad", faults, #"{"open":"abort"}"#)])
        #expect(try arbiter.exitStatus() == .killed(by: SIGABRT))
        #expect(arbiter.opening == 2)
    }

    @Test func `a worker that is ready is opening nothing`() throws {
        #expect(try faults().opening == 0)
    }

    @Test func `the group goes with the worker`() throws {
        let arbiter = try faults()
        let child = try #require(try arbiter.result("fork_hold").intValue)
        arbiter.closeControl()
        #expect(try arbiter.exitStatus() == .killed(by: SIGKILL))
        // The child holds the output's pipe: its end is the child's.
        _ = try arbiter.output.lines()
        #expect(child > 0)
    }

    @Test func `the group goes even if the worker ends by itself as its arbiter dies`() throws {
        // Often enough that the worker's end has come before its watchdog's.
        for _ in 0..<20 {
            let arbiter = try faults()
            _ = try arbiter.result("fork_hold")
            // All at once, as far as the worker can tell.
            kill(arbiter.pid, SIGSTOP)
            arbiter.sayBye()
            arbiter.closeControl()
            kill(arbiter.pid, SIGCONT)
            _ = try arbiter.exitStatus()
            _ = try arbiter.output.lines()
        }
    }

    @Test func `hang-up, interrupt and termination signals are nothing to a worker`() throws {
        let arbiter = try faults()
        for signal in [SIGHUP, SIGINT, SIGTERM, SIGPIPE] {
            kill(arbiter.pid, signal)
            #expect(try arbiter.result("echo", "[\(signal)]") == [.int(Int64(signal))])
        }
    }

    @Test func `apps are opened in order and closed in reverse order, on one thread`() throws {
        let arbiter = try TestArbiter(lanes: 3)
        let probe = try FixturePlugin.path("probe")
        let folder = try FixturePlugin.temporaryFolder()
        var apps: [(name: String, file: String, config: String)] = []
        for name in ["one", "two", "three"] {
            // Each of another file, as the arbiter's images are: the same file is one library in a process.
            try copy(probe, to: "\(folder)/\(name).so")
            apps.append((name, "\(folder)/\(name).so", "null"))
        }
        #expect(try arbiter.load(apps)["type"] == "ready")
        for lane in 0..<3 {
            try arbiter.call("pinned", lane: lane, app: lane)
            #expect(try arbiter.reply(lane: lane).text == (lane == 0 ? "true" : "false"))
        }
        arbiter.sayBye()
        #expect(try arbiter.exitStatus() == .exited(0))
        #expect(
            try arbiter.output.lines() == [
                "<6>[one] open", "<6>[two] open", "<6>[three] open", "<6>[three] close", "<6>[two] close",
                "<6>[one] close",
            ]
        )
    }

    @Test func `a pending call is waited for before apps are closed`() throws {
        let arbiter = try faults(lanes: 2)
        try arbiter.call("finish_thread_after", "[200]", lane: 1)
        arbiter.sayBye()
        #expect(try arbiter.exitStatus() == .exited(0))
        try arbiter.output.wait(for: "closed")
    }

    @Test func `a worker without apps ends when it is told to`() throws {
        let arbiter = try TestArbiter()
        arbiter.sayBye()
        #expect(try arbiter.exitStatus() == .exited(0))
    }

    @Test func `nonsense on a link ends the worker with a line that says so`() throws {
        let control = try faults()
        control.send(["type": "dance"])
        #expect(try control.exitStatus() == .exited(5))
        try control.output.wait(for: "dance")
        let lane = try faults()
        lane.sendRaw([UInt8](repeating: 0xFF, count: LaneRequestHeader.bytes), lane: 0)
        #expect(try lane.exitStatus() == .exited(5))
        let index = try faults()
        try index.call("echo", app: 4)
        #expect(try index.exitStatus() == .exited(5))
    }

    // MARK: Streams and descriptors

    @Test func `what a plugin prints and logs comes out in lines`() throws {
        let arbiter = try TestArbiter()
        try arbiter.loadReady(FixturePlugin.path("probe"))
        _ = try arbiter.result("print")
        try arbiter.output.wait(for: "printed\n")
        try arbiter.output.wait(for: "complained\n")
        try arbiter.output.wait(for: "<4>[app] two lines\n")
    }

    @Test func `megabytes on stdout disturb no call`() throws {
        let arbiter = try faults()
        #expect(try arbiter.result("flood", "[8]") == 8)
        try arbiter.output.wait(forBytes: 8 << 20)
        #expect(try arbiter.result("echo", "[1]") == [1])
    }

    @Test func `a plugin that closes descriptors 0 to 63 closes nothing of ours`() throws {
        let arbiter = try faults(lanes: 4)
        let closed = try #require(try arbiter.result("close_fds").intValue)
        #expect(closed >= 3)
        for lane in 0..<4 { #expect(try arbiter.result("echo", "[5]", lane: lane) == [5]) }
        #expect(try arbiter.result("finish_twice") == 1)
        try arbiter.output.wait(for: "second finish")
        #expect(try !place(ofLane: 0, of: arbiter).isEmpty)
        arbiter.closeControl()
        #expect(try arbiter.exitStatus() == .killed(by: SIGKILL))
    }

    @Test func `a forked child that stays holds no link open`() throws {
        let arbiter = try faults(lanes: 2)
        _ = try arbiter.result("fork_stay")
        arbiter.send(["type": "bye"])
        arbiter.closeLane(1)
        arbiter.endLane(0)
        #expect(try arbiter.exitStatus() == .exited(0))
        try arbiter.waitForEnd(ofLane: 0)
    }

    // MARK: Lanes

    @Test func `calls on several lanes run at once, each on its own thread`() throws {
        let arbiter = try TestArbiter(lanes: 8)
        try arbiter.loadReady(FixturePlugin.path("probe"))
        for lane in 0..<8 { try arbiter.call("gather", "[8]", lane: lane) }
        let threads = try Set((0..<8).map { try arbiter.reply(lane: $0).text })
        #expect(threads.count == 8)
    }

    @Test func `a worker can have as many lanes as there can be`() throws {
        let arbiter = try TestArbiter(lanes: 250)
        try arbiter.loadReady(FixturePlugin.path("minimal"))
        for lane in [0, 63, 64, 127, 249] {
            try arbiter.call("echo", "[\(lane)]", lane: lane)
            #expect(try arbiter.reply(lane: lane).text == "[\(lane)]")
        }
    }

    /// Copies a file.
    private func copy(_ source: String, to target: String) throws {
        let input = open(source, O_RDONLY)
        let output = open(target, O_WRONLY | O_CREAT | O_EXCL, 0o700)
        defer {
            close(input)
            close(output)
        }
        var status = stat()
        try #require(fstat(input, &status) == 0)
        try #require(sendfile(output, input, nil, Int(status.st_size)) == Int(status.st_size))
    }
}
