import DirtyWire
import Glibc
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("The command line against a running host")
    struct CommandTests {
        /// Runs `dirty` with the host's socket in the environment.
        private func dirty(_ arguments: String..., host: Host) throws -> Outcome {
            try Program.run(Products.path("dirty"), arguments, environment: ["DIRTY_SOCKET": host.socketPath])
        }

        @Test("serve prints what it hosts and where")
        func announcement() throws {
            try Host.run(["echo", "counter:1"], "--dirty-workers", "2") { host in
                let (text, counter) = (host.program.output.text, try Products.plugin("Counter"))
                #expect(text.contains("Echo"))
                #expect(text.contains(counter))
                #expect(text.hasSuffix("DIRTY_SOCKET=\(host.socketPath)\n"))
            }
        }

        @Test("call prints the result as JSON, and chunks a line each")
        func call() throws {
            try Host.run(["echo", "counter"], "--dirty-workers", "1") { host in
                let text = try dirty("call", "echo", "echo", "plain text", host: host)
                #expect(text.status == .exited(0))
                #expect(text.output == "\"plain text\"\n")
                #expect(try dirty("call", "echo", "echo", #"{"a": [1]}"#, host: host).output == "{\"a\":[1]}\n")
                #expect(try dirty("call", "counter", "increment", "--kw", "by=7", host: host).output == "7\n")
                #expect(try dirty("call", "echo", "count_to", "3", "--stream", host: host).output == "1\n2\n3\n")
            }
        }

        @Test("a failed call is told on stderr, with exit code 1")
        func failure() throws {
            try Host.run(["counter", "bench"], "--dirty-workers", "1") { host in
                let outcome = try dirty("call", "counter", "explode", host: host)
                #expect(outcome.status == .exited(1))
                #expect(outcome.output.isEmpty)
                #expect(outcome.errors.contains("DirtyAppError"))
                #expect(outcome.errors.contains("executed: yes"))
                let late = try dirty("call", "bench", "sleep_task", "60000", "--timeout", "0.2", host: host)
                #expect(late.status == .exited(1))
                #expect(late.errors.contains("DirtyTimeoutError"))
            }
        }

        @Test("describe shows what the host offers, all of it or one app")
        func description() throws {
            try Host.run(["echo", "counter"], "--dirty-workers", "1") { host in
                let all = try dirty("describe", host: host).output
                #expect(
                    all.contains("  increment(by: integer = 1) -> integer\n      Adds to the number; returns it.\n")
                )
                #expect(all.contains("  count_to(limit: integer) -> stream of integer\n"))
                let one = try dirty("describe", "counter", "--json", host: host).output
                #expect(try JSONValue(parsing: one)["apps"]?.arrayValue?.map { $0["name"] } == ["counter"])
                let none = try dirty("describe", "nobody", host: host)
                #expect(none.status == .exited(1))
                #expect(none.errors.hasPrefix("DirtyAppNotFoundError: "))
            }
        }

        @Test("bench makes as many calls as it is told to, of actions that stream too")
        func bench() throws {
            try Host.run(["echo"], "--dirty-workers", "2") { host in
                for (action, argument, chunks) in [("echo", "x", 0), ("count_to", "3", 900)] {
                    let outcome = try dirty(
                        "bench",
                        "echo",
                        action,
                        argument,
                        "--requests",
                        "300",
                        "--connections",
                        "3",
                        "--depth",
                        "4",
                        "--json",
                        host: host
                    )
                    #expect(outcome.status == .exited(0))
                    let report = try JSONValue(parsing: outcome.output)
                    #expect(report["answered"] == 300)
                    #expect(report["chunks"] == JSONValue(chunks))
                }
                try host.status { $0.app("echo")?["counts"]?["answered"] == 600 }
            }
        }

        @Test("a host that is restarted is watched on")
        func watch() throws {
            let first = try Host(["echo"], ["--dirty-workers", "1"])
            try first.program.output.wait(for: "DIRTY_SOCKET=")
            let watching = try Program(
                Products.path("dirty"),
                ["status", "--watch", "--json", "--interval", "0.1", "--socket", first.socketPath]
            )
            try watching.output.wait(for: "\"pid\":\(first.program.pid)")
            try first.end()
            try watching.errors.wait(for: "trying again")
            let second = try Host(["echo"], ["--dirty-workers", "1"], folder: first.folder)
            try watching.output.wait(for: "\"pid\":\(second.program.pid)")
            watching.signal(SIGTERM)
            #expect(try watching.wait() == .signalled(SIGTERM))
            try second.end()
        }

        @Test("Ctrl-C cancels a call")
        func interrupt() throws {
            try Host.run(["bench"], "--dirty-workers", "1") { host in
                let program = try Program(
                    Products.path("dirty"),
                    ["call", "bench", "sleep_task", "60000", "--socket", host.socketPath]
                )
                try host.status { $0.app("bench")?["running"] == 1 }
                program.signal(SIGINT)
                #expect(try program.wait() == .exited(1))
                #expect(try program.errors.whole().contains("DirtyCancelledError"))
                #expect(try host.app("bench")["counts"]?["cancelled"] == 1)
            }
        }

        @Test("status --wait ends when every worker is ready")
        func status() throws {
            let configuration = """
                dirty_workers: 1
                dirty_apps:
                  - {name: slow, path: \(try Products.plugin("Faults")), config: {open: "slow_ms:700"}}
                """
            try Host.run([], configuration: configuration, waitsUntilReady: false) { host in
                let outcome = try dirty("status", "--wait", "20", "--json", host: host)
                #expect(outcome.status == .exited(0))
                #expect(try JSONValue(parsing: outcome.output)["ready"] == true)
            }
        }

        @Test("the log is JSON if asked for, what plugins print included")
        func jsonLog() throws {
            try Host.run(["faults"], "--dirty-workers", "1", "--log-format", "json", "--log-level", "debug") { host in
                _ = try host.call("faults", "finish_twice")
                try host.log.wait(for: "second finish")
                host.program.signal(SIGTERM)
                try host.program.wait()
                for line in try host.log.whole().split(separator: "\n") {
                    let entry = try JSONValue(parsing: String(line))
                    for member in ["time", "level", "message"] { #expect(entry[member] != nil, "\(line)") }
                }
            }
        }

        @Test("without a host every path that was tried is listed, with exit code 69")
        func noHost() throws {
            let folder = try TemporaryFolder()
            let outcome = try Program.run(
                Products.path("dirty"),
                ["call", "echo", "echo"],
                environment: ["XDG_RUNTIME_DIR": folder.path, "DIRTY_SOCKET": folder.path + "/none.sock"]
            )
            #expect(outcome.status == .exited(69))
            #expect(outcome.errors.contains(folder.path + "/none.sock"))
        }

        @Test("inspect tells what a plugin is, in a process of its own")
        func inspect() throws {
            let outcome = try Program.run(Products.path("dirty"), ["inspect", Products.plugin("Counter"), "--json"])
            #expect(outcome.status == .exited(0))
            let description = try JSONValue(parsing: outcome.output)
            #expect(description["name"] == "Counter")
            let bad = try Program.run(Products.path("dirty"), ["inspect", "/dev/null"])
            #expect(bad.status != .exited(0))
            #expect(bad.errors.contains("/dev/null"))
        }
    }
}
