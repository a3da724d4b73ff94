import DirtyWire
import Glibc
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("A worker's death fails only what had begun on it")
    struct DeathTests {
        @Test("kill -9 amid 200 calls fails exactly those begun on it", arguments: [1, 3])
        func killAmidCalls(threads: Int) throws {
            try Host.run(["tokens", "bench"], ["--dirty-workers", "4", "--dirty-threads", "\(threads)"]) { host in
                // Those that begin first, one on each lane, last until they are cancelled; the others wait behind them.
                let begun = try (0..<4 * threads).map { _ in try host.connect() }
                for connection in begun { try connection.send(.request(0, "tokens", "stream", ["a b ", 50, 0])) }
                for connection in begun { #expect(try connection.receive().data == "a") }
                let connection = try host.connect()
                let waiting = 200 - begun.count
                for id in 0..<waiting { try connection.send(.request(JSONValue(id), "bench", "sleep_task", [5])) }
                try connection.synchronise()
                #expect(try host.app("bench")["backlog"]?.intValue == waiting)
                let victim = try host.workers()[1]
                kill(try #require(victim.pid), SIGKILL)

                // By the victim's replacement: the lanes of the others are still busy.
                let replies = try connection.receive(count: waiting)
                #expect(Set(replies.map(\.id)).count == waiting)
                for reply in replies { _ = try reply.result() }
                let ends = try begun.map { connection in
                    try connection.send(["type": "cancel", "id": 0])
                    var reply = try connection.receive()
                    while reply.type == "chunk" { reply = try connection.receive() }
                    return try reply.requireError()
                }
                let errors = ends.filter { $0.type != "DirtyCancelledError" }
                #expect(errors.count == threads)
                for error in errors {
                    #expect(error.type == "DirtyWorkerError")
                    #expect(error.executed == "maybe")
                    #expect(error.details["signal"] == 9)
                    #expect(error.details["worker_id"]?.intValue == victim.id)
                    #expect(error.details["app_path"] == "tokens")
                    #expect(error.details["action"] == "stream")
                }
            }
        }

        @Test("the replacement hosts the same apps, anew, and the others keep their state")
        func replacement() throws {
            try Host.run(["counter", "echo"], "--dirty-workers", "2") { host in
                let connection = try host.connect()
                for _ in 0..<20 { _ = try connection.call("counter", "increment") }
                let victim = try host.workers()[0]
                kill(try #require(victim.pid), SIGKILL)
                let status = try host.status { status in
                    let workers = status["workers"]?.arrayValue ?? []
                    return status["ready"] == true && !workers.contains { $0["id"]?.intValue == victim.id }
                }
                #expect(
                    status["workers"]?.arrayValue?.map { $0["apps"] } == [["counter", "echo"], ["counter", "echo"]]
                )
                #expect(status["slots"]?.arrayValue?.map { $0["restarts"] } == [1, 0])
                let values = try (0..<2).map { _ in try connection.call("counter", "value") }
                #expect(Set(values) == [0, 10])
            }
        }

        @Test(
            "a plugin that exits, aborts or crashes tells how in the error",
            arguments: [
                ("exit", "exit_code", 0), ("abort", "signal", 6), ("segv", "signal", 11),
                ("stack_overflow", "signal", 11),
            ]
        )
        func postMortem(action: String, detail: String, value: JSONValue) throws {
            try Host.run(["faults"], "--dirty-workers", "1") { host in
                let error = try host.failure(of: "faults", action)
                #expect(error.type == "DirtyWorkerError")
                #expect(error.executed == "maybe")
                #expect(error.details[detail] == value)
                #expect(error.details["worker_id"] == 1)
                if detail == "signal" {
                    #expect(error.details["traceback"]?.stringValue?.contains("libFaults.so") == true, "\(error)")
                }
                #expect(try host.call("faults", "echo", 1) == [1])
            }
        }

        @Test("a worker that is stopped is replaced at its call's deadline")
        func stopped() throws {
            try Host.run(["counter"], "--dirty-workers", "1", "--dirty-timeout", "0.5") { host in
                let pid = try #require(try host.workers()[0].pid)
                kill(pid, SIGSTOP)
                #expect(ProcessTable.isStopped(pid, within: 10))
                #expect(try host.failure(of: "counter", "increment").type == "DirtyTimeoutError")
                #expect(try host.call("counter", "pid") != JSONValue(Int(pid)))
                #expect(ProcessTable.isGone(pid, within: 10))
            }
        }

        @Test("a worker takes no notice of the signals that a terminal or a service manager sends")
        func ignoredSignals() throws {
            try Host.run(["counter"], "--dirty-workers", "1") { host in
                let pid = try #require(try host.workers()[0].pid)
                for signal in [SIGHUP, SIGINT, SIGTERM] { kill(pid, signal) }
                #expect(try host.call("counter", "pid").intValue == Int(pid))
            }
        }

        @Test("a poisoned plugin is answered, and its worker replaced")
        func poisoned() throws {
            try Host.run(["faults"], "--dirty-workers", "1") { host in
                let pid = try host.call("faults", "pid")
                let error = try host.failure(of: "faults", "poisoned")
                #expect(error.type == "DirtyAppError")
                #expect(error.details["status_name"] == "E_POISONED")
                #expect(try host.call("faults", "pid") != pid)
            }
        }

        @Test("the children of a worker go with it")
        func children() throws {
            try Host.run(["faults"], "--dirty-workers", "1") { host in
                for action in ["fork_stay", "fork_hold"] {
                    let child = try #require(try host.call("faults", action).intValue)
                    kill(try #require(try host.workers()[0].pid), SIGKILL)
                    #expect(ProcessTable.isGone(pid_t(child), within: 10))
                    #expect(try host.call("faults", "echo", 1) == [1])
                }
            }
        }

        @Test("workers that never boot back off, and their app's calls fail fast until one does")
        func crashLoop() throws {
            let faults = try Products.plugin("Faults")
            let configuration = """
                dirty_workers: 1
                dirty_isolation: app
                dirty_apps:
                  - {name: broken, path: \(faults), config: {open: fail, open_message: "no licence today"}}
                  - {name: fine, path: \(faults)}
                """
            try Host.run([], configuration: configuration, waitsUntilReady: false) { host in
                try host.log.wait(for: "fail to boot again and again")
                let error = try host.failure(of: "broken", "echo", 1)
                #expect(error.type == "DirtyNoWorkersAvailableError")
                #expect(error.executed == "no")
                #expect(error.details["cause"] == "crash_looping")
                #expect(error.details["retry_after"]?.doubleValue ?? 0 > 0)
                #expect(error.message.contains("no licence today"))
                #expect(host.log.text.contains("no licence today"))
                #expect(host.log.text.contains(faults))
                #expect(try host.call("fine", "echo", 1) == [1])
                #expect(try host.app("broken")["crash_looping"]?.stringValue?.contains("no licence today") == true)
            }
        }
    }
}
