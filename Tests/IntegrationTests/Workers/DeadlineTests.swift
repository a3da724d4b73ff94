import DirtyWire
import Glibc
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("Deadlines")
    struct DeadlineTests {
        /// The traceback in the error of a call of `action`, which overruns.
        ///
        /// It is empty if the worker takes longer than the 100 ms that the host waits: the call is made again then.
        private func traceback(of action: String) throws -> String {
            var text = ""
            let flags = ["--dirty-workers", "1", "--dirty-timeout", "0.3", "--dirty-quarantine", "0"]
            try Host.run(["bench"], flags) { host in
                for _ in 0..<10 where text.isEmpty {
                    let error = try host.failure(of: "bench", action, 60_000)
                    text = try #require(error.details["traceback"]?.stringValue)
                }
            }
            return text
        }

        @Test("the traceback of a stuck Swift plugin has names as they are in its source")
        func readableTraceback() throws {
            let text = try traceback(of: "cpu_task")
            #expect(text.contains("Bench."), "\(text)")
            #expect(!text.contains("$s"), "\(text)")
        }

        /// Calls `action`, which goes on for ever, with five calls behind it, and checks that only it pays.
        private func checkOverrun(_ app: String, _ action: String, _ args: [JSONValue]) throws {
            try Host.run([app, "counter"], "--dirty-workers", "1", "--dirty-timeout", "1") { host in
                let pid = try host.call("counter", "pid")
                let connection = try host.connect()
                let start = ContinuousClock.now
                try connection.send(.request(0, app, action, args))
                for id in 1...5 { try connection.send(.request(JSONValue(id), "counter", "pid")) }

                let late = try connection.receive()
                let elapsed = ContinuousClock.now - start
                #expect(late.id == 0)
                let error = try late.requireError()
                #expect(error.type == "DirtyTimeoutError")
                #expect(error.executed == "maybe")
                #expect(error.details["timeout"] == 1.0)
                #expect(error.details["app_path"]?.stringValue == app)
                #expect(error.details["action"]?.stringValue == action)
                #expect(error.details["worker_id"] == 1)
                // 1.2 s by the rule; the rest is for machines that are slow.
                #expect(elapsed >= .seconds(1) && elapsed < .seconds(5), "\(elapsed)")

                let pids = try connection.receive(count: 5).map { try $0.result() }
                #expect(Set(pids).count == 1)
                #expect(pids[0] != pid)
                #expect(try host.status().app(app)?["counts"]?["timed_out"] == 1)
            }
        }

        @Test("a call that overruns is answered at once, its worker replaced, and those behind it answered")
        func overrun() throws {
            try checkOverrun("bench", "sleep_task", [60_000])
        }

        @Test("so is one that spins with every signal blocked")
        func overrunWithSignalsBlocked() throws {
            try checkOverrun("faults", "spin_blocked", [])
        }

        @Test("the error says where the stuck thread was")
        func traceback() throws {
            #expect(try traceback(of: "sleep_task").contains("libBench.so"))
        }

        @Test("a call that ends within the grace costs its worker nothing")
        func grace() throws {
            try Host.run(
                ["bench", "counter"],
                "--dirty-workers",
                "1",
                "--dirty-timeout",
                "0.3",
                "--dirty-cancel-grace",
                "30"
            ) { host in
                let pid = try host.call("counter", "pid")
                #expect(try host.failure(of: "bench", "sleep_task", 1000).type == "DirtyTimeoutError")
                #expect(try host.call("counter", "pid") == pid)
            }
        }

        @Test("a client's own timeout answers it, and its worker lives on")
        func clientTimeout() throws {
            try Host.run(["bench", "counter"], "--dirty-workers", "1") { host in
                let pid = try host.call("counter", "pid")
                let connection = try host.connect()
                let reply = try connection.ask(.request(1, "bench", "sleep_task", [2000], with: ["timeout": 0.25]))
                let error = try reply.requireError()
                #expect(error.type == "DirtyTimeoutError")
                #expect(error.executed == "maybe")
                #expect(error.details["timeout"] == 0.25)
                #expect(try connection.call("counter", "pid") == pid)
            }
        }

        @Test("a call whose time is up while it waits is never begun")
        func timeoutWhileWaiting() throws {
            try Host.run(["bench", "counter"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                try connection.send(.request(1, "bench", "sleep_task", [1500]))
                try connection.send(.request(2, "counter", "increment", with: ["timeout": 0.2]))
                let first = try connection.receive()
                #expect(first.id == 2)
                let error = try first.requireError()
                #expect(error.type == "DirtyTimeoutError")
                #expect(error.executed == "no")
                #expect(error.details["action"] == "increment")
                #expect(try connection.receive().id == 1)
                #expect(try connection.call("counter", "value") == 0)
            }
        }

        @Test("a stream has its time from chunk to chunk, and its own in all")
        func streams() throws {
            try Host.run(
                ["echo", "counter"],
                "--dirty-workers",
                "1",
                "--dirty-timeout",
                "0.6",
                "--dirty-stream-timeout",
                "1.5"
            ) { host in
                let pid = try host.call("counter", "pid")
                let connection = try host.connect()
                let start = ContinuousClock.now
                try connection.send(.request(1, "echo", "count_to", [1_000_000_000_000]))
                var reply = try connection.receive()
                while reply.type == "chunk" { reply = try connection.receive() }
                #expect(ContinuousClock.now - start >= .seconds(1.5))
                let error = try reply.requireError()
                #expect(error.type == "DirtyTimeoutError")
                #expect(error.details["timeout"] == 1.5)
                #expect(try host.call("counter", "pid") == pid)
            }
        }

        @Test("an app may have a timeout of its own")
        func timeoutOfAnApp() throws {
            let bench = try Products.plugin("Bench")
            let configuration = """
                dirty_workers: 1
                dirty_timeout: 300
                dirty_apps:
                  - {name: quick, path: \(bench), timeout: 0.3}
                  - {name: patient, path: \(bench)}
                """
            try Host.run([], configuration: configuration) { host in
                let late = try host.failure(of: "quick", "sleep_task", 60_000)
                #expect(late.details["timeout"] == 0.3)
                #expect(try host.call("patient", "sleep_task", 600) == ["slept_ms": 600.0])
            }
        }
    }
}
