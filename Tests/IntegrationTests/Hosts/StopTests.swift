import DirtyWire
import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("Stopping")
    struct StopTests {
        @Test("SIGTERM fails what waits, answers what runs, and leaves nothing", arguments: [SIGTERM, SIGINT])
        func graceful(signal: Int32) throws {
            let plugin = try CPlugin(compiling: "witness")
            try Host.run(["witness=\(plugin.path)", "echo"], "--dirty-workers", "1") { host in
                let gate = try Gate(in: host.folder)
                let connection = try host.connect()
                try connection.send(.request(0, "witness", "wait", [.string(gate.path)]))
                for id in 1...50 { try connection.send(.request(JSONValue(id), "echo", "echo", [1])) }
                try connection.synchronise()
                let status = try host.status()
                #expect(status.app("echo")?["backlog"] == 50)
                #expect(status.app("witness")?["running"] == 1)

                host.program.signal(signal)
                for reply in try connection.receive(count: 50) {
                    let error = try reply.requireError()
                    #expect(error.type == "DirtyNoWorkersAvailableError")
                    #expect(error.executed == "no")
                    #expect(error.details["cause"] == "stopping")
                }
                try gate.open()
                let last = try connection.receive()
                #expect(last.id == 0)
                #expect(try last.result() == .null)
                #expect(connection.isEnded())
                #expect(try host.program.wait() == .exited(0))
                try host.checkNothingIsLeft()
            }
        }

        @Test("a call that comes during a stop is refused")
        func lateCall() throws {
            let plugin = try CPlugin(compiling: "witness")
            try Host.run(["witness=\(plugin.path)"], "--dirty-workers", "1") { host in
                let gate = try Gate(in: host.folder)
                let (busy, late) = (try host.connect(), try host.connect())
                try busy.send(.request(0, "witness", "wait", [.string(gate.path)]))
                try busy.synchronise()
                host.program.signal(SIGTERM)
                try host.log.wait(for: "stopping")
                // The signal's thread and the host's loop are two: until the loop knows, calls are taken.
                var error: CallError?
                while error == nil {
                    let reply = try late.ask(.request(1, "witness", "seen", with: ["timeout": 0.02]))
                    if reply.error?.type != "DirtyTimeoutError" { error = try reply.requireError() }
                }
                #expect(error?.details["cause"] == "stopping")
                try gate.open()
                #expect(try busy.receive().result() == .null)
                #expect(try host.program.wait() == .exited(0))
            }
        }

        /// Reads frames until the connection ends; returns how many came, and the error number of the end, 0 for none.
        private func readToEnd(_ connection: Connection) -> (frames: Int, error: Int32) {
            var (frames, bytes) = (0, [UInt8]())
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = recv(connection.descriptor, &buffer, buffer.count, 0)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return (frames, count < 0 ? errno : 0) }
                bytes += buffer[..<count]
                var start = 0
                while bytes.count - start >= 4 {
                    let length = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
                    guard bytes.count - start >= 4 + length else { break }
                    start += 4 + length
                    frames += 1
                }
                bytes.removeFirst(start)
            }
        }

        @Test("whatever was sent before the end is answered, and no connection is reset")
        func lastRequests() throws {
            try Host.run(["echo"], "--dirty-workers", "2") { host in
                let ends = try concurrently(4) { client in
                    let connection = try host.connect()
                    let end = inBackground { self.readToEnd(connection) }
                    var sent = 0
                    while (try? connection.send(.request(JSONValue(sent), "echo", "echo", [1]))) != nil {
                        sent += 1
                        if client == 0, sent == 500 { host.program.signal(SIGTERM) }
                    }
                    return (sent: sent, end: try end())
                }
                for (sent, end) in ends {
                    #expect(end.error == 0, "\(String(cString: strerror(end.error)))")
                    #expect(end.frames == sent)
                }
                #expect(try host.program.wait() == .exited(0))
            }
        }

        @Test("whoever has connected before the end gets an answer")
        func lastClients() throws {
            try Host.run(["echo"], "--dirty-workers", "2") { host in
                let begun = Atomic(0)
                let answered = try concurrently(4) { client in
                    var answered = 0
                    while let connection = try? host.connect() {
                        guard (try? connection.send(["type": "ping", "id": 1])) != nil else { break }
                        #expect(self.readFrame(connection))
                        answered += 1
                        if answered == 1 { begun.add(1, ordering: .relaxed) }
                        guard client == 0, answered == 200 else { continue }
                        let deadline = ContinuousClock.now + .seconds(30)
                        // Otherwise the end may come before another thread has.
                        while begun.load(ordering: .relaxed) < 4, .now < deadline { sched_yield() }
                        host.program.signal(SIGTERM)
                    }
                    return answered
                }
                #expect(answered.allSatisfy { $0 > 0 })
                #expect(try host.program.wait() == .exited(0))
            }
        }

        private func readFrame(_ connection: Connection) -> Bool {
            (try? connection.receive()) != nil
        }

        @Test("apps are closed, in their own time")
        func closing() throws {
            try Host.run(["faults"], "--dirty-workers", "2") { host in
                host.program.signal(SIGTERM)
                let status = try host.program.wait()
                #expect(status == .exited(0))
                // What the plugin logs in its `close`.
                #expect(try host.log.whole().components(separatedBy: "[faults] closed").count == 3)
            }
        }

        @Test("what runs longer than dirty_graceful_timeout is killed")
        func overdue() throws {
            try Host.run(
                ["bench", "faults"],
                "--dirty-workers",
                "2",
                "--dirty-graceful-timeout",
                "0.5"
            ) { host in
                let connection = try host.connect()
                try connection.send(.request(0, "bench", "sleep_task", [60_000]))
                try connection.send(.request(1, "faults", "spin_blocked"))
                try connection.synchronise()
                host.program.signal(SIGTERM)
                for reply in try connection.receive(count: 2) {
                    #expect(try reply.requireError().executed == "maybe")
                }
                #expect(try host.program.wait(within: 20) == .exited(0))
            }
        }

        /// Stops a host with one call running and one waiting by `signals`, and checks that both fail at once.
        private func checkAtOnce(_ signals: [Int32]) throws {
            try Host.run(["bench"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                try connection.send(.request(0, "bench", "sleep_task", [60_000]))
                try connection.send(.request(1, "bench", "sleep_task", [60_000]))
                try connection.synchronise()
                for (index, signal) in signals.enumerated() {
                    host.program.signal(signal)
                    // Signals of one kind that come before the first is taken are one to the kernel.
                    try host.log.wait(for: "stopping", count: index + 1)
                }
                let errors = try connection.receive(count: 2, within: 10).map { try $0.requireError() }
                #expect(Set(errors.map(\.executed)) == ["no", "maybe"])
                #expect(try host.program.wait(within: 10) == .exited(0))
                try host.checkNothingIsLeft()
            }
        }

        @Test("SIGQUIT ends everything at once")
        func quit() throws {
            try checkAtOnce([SIGQUIT])
        }

        @Test("so does a second SIGINT")
        func secondInterrupt() throws {
            try checkAtOnce([SIGINT, SIGINT])
        }

        @Test("signals that come one upon another are all taken")
        func manySignals() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                for _ in 0..<500 {
                    host.program.signal(SIGUSR1)
                    host.program.signal(SIGHUP)
                }
                _ = try host.call("echo", "echo", 1)
                host.program.signal(SIGTERM)
                let status = try host.program.wait()
                #expect(status == .exited(0))
            }
        }

        @Test("SIGTTIN and SIGTTOU add and remove a worker")
        func scaling() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                host.program.signal(SIGTTIN)
                try host.status { status in
                    let workers = status["workers"]?.arrayValue ?? []
                    return workers.count == 2 && workers.allSatisfy { $0["state"] == "ready" }
                }
                host.program.signal(SIGTTOU)
                try host.status { $0["workers"]?.arrayValue?.count == 1 }
            }
        }
    }
}
