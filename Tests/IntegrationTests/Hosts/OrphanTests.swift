import DirtyWire
import Glibc
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("kill -9 of the arbiter leaves no worker")
    struct OrphanTests {
        /// Kills a host's arbiter once `prepare` has run, and checks that its workers, and what descends from them, are gone
        /// a second later, and that a new host can take its place.
        private func check(_ apps: [String], _ prepare: (Host, Connection) throws -> Void) throws {
            let host = try Host(apps, ["--dirty-workers", "2"])
            try host.program.output.wait(for: "DIRTY_SOCKET=")
            let connection = try host.connect()
            try prepare(host, connection)
            let left = host.processes.filter { $0 != host.program.pid }
            #expect(left.count >= 2)
            host.program.signal(SIGKILL)
            #expect(try host.program.wait() == .signalled(SIGKILL))
            let deadline = ContinuousClock.now + .seconds(5)
            for pid in left {
                // A second by the rule; the rest is for machines that are slow.
                #expect(ProcessTable.isGone(pid, within: (deadline - .now) / .seconds(1)))
            }
            try host.checkNothingIsLeft()
            #expect(host.folder.contents.contains("run"))

            let next = try Host(apps, ["--dirty-workers", "1"], folder: host.folder)
            try next.program.output.wait(for: "DIRTY_SOCKET=\(host.socketPath)")
            #expect(try next.connect().ask(["type": "ping", "id": 1]).result() == "pong")
            try next.end()
        }

        @Test("idle ones")
        func idle() throws {
            try check(["echo"]) { _, _ in }
        }

        @Test("busy ones")
        func busy() throws {
            try check(["bench"]) { _, connection in
                for id in 0..<4 { try connection.send(.request(JSONValue(id), "bench", "sleep_task", [60_000])) }
                try connection.synchronise()
            }
        }

        @Test("ones that spin with every signal blocked")
        func spinning() throws {
            try check(["faults"]) { _, connection in
                for id in 0..<2 { try connection.send(.request(JSONValue(id), "faults", "spin_blocked")) }
                try connection.synchronise()
            }
        }

        @Test("ones that are stopped")
        func stopped() throws {
            try check(["echo"]) { host, _ in
                for pid in try host.workerPIDs() { kill(pid, SIGSTOP) }
            }
        }

        @Test("their children")
        func children() throws {
            try check(["faults"]) { _, connection in
                _ = try connection.call("faults", "fork_stay")
                _ = try connection.call("faults", "fork_hold")
            }
        }
    }
}
