import DirtyWire
import Glibc
import Synchronization
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("A fault in one app fails no call of another")
    struct FaultTests {
        /// Calls of Echo, one after another on two connections, until told to stop.
        private final class Bystanders: Sendable {
            private let isStopping = Atomic(false)

            /// Starts calling; the closure that is returned stops, and gives the number of calls.
            ///
            /// It throws the first call's error, or what it answered that it shouldn't.
            func start(_ host: Host) -> () throws -> Int {
                let waits = (0..<2).map { _ in
                    inBackground {
                        let connection = try host.connect()
                        var count = 0
                        while !self.isStopping.load(ordering: .relaxed) {
                            let answer = try connection.call("echo", "echo", JSONValue(count))
                            guard answer.intValue == count else { throw TestFailure("answered \(answer)") }
                            count += 1
                        }
                        return count
                    }
                }
                return {
                    self.isStopping.store(true, ordering: .relaxed)
                    return try waits.reduce(0) { try $0 + $1() }
                }
            }
        }

        /// Does `trouble` while Echo is called without pause, before, during and after it.
        private func checkBystanders(of host: Host, _ trouble: () throws -> Void) throws {
            func answered(_ status: JSONValue) -> Int { status.app("echo")?["counts"]?["answered"]?.intValue ?? 0 }
            let stop = Bystanders().start(host)
            do {
                try host.status { answered($0) >= 10 }
                try trouble()
                let before = answered(try host.status())
                try host.status { answered($0) >= before + 10 }
            } catch {
                _ = try stop()
                throw error
            }
            #expect(try stop() >= 20)
            let counts = try host.app("echo")["counts"]
            for outcome in ["app_errors", "timed_out", "died", "cancelled", "overloaded", "no_workers"] {
                #expect(counts?[outcome] == 0, "\(outcome)")
            }
        }

        @Test(
            "whatever a plugin does when called",
            arguments: [
                ("segv", 0, "DirtyWorkerError"),
                ("abort", 0, "DirtyWorkerError"),
                ("exit", 0, "DirtyWorkerError"),
                ("stack_overflow", 0, "DirtyWorkerError"),
                ("spin", 0, "DirtyTimeoutError"),
                ("spin_blocked", 0, "DirtyTimeoutError"),
                ("never_finish", 0, "DirtyTimeoutError"),
                ("sleep_ms", 60_000, "DirtyTimeoutError"),
                ("error", -3, "DirtyAppError"),
                ("poisoned", 0, "DirtyAppError"),
                ("odd_status", 42, "DirtyAppError"),
                ("invalid_json", 0, "DirtyAppError"),
                ("leak", 100 << 20, nil),
                ("flood", 8, nil),
                ("close_fds", 0, nil),
                ("fork_stay", 0, nil),
                ("fork_hold", 0, nil),
                ("finish_twice", 0, nil),
                ("finish_thread_before", 0, nil),
                ("finish_thread_after", 30, nil),
            ] as [(String, Int, String?)]
        )
        func fault(action: String, argument: Int, error: String?) throws {
            // Short only for what is to run into it: on a busy machine the rest may take its time.
            let timeout = error == "DirtyTimeoutError" ? 0.6 : 60
            let configuration = """
                dirty_workers: 2
                dirty_cancel_grace: 0.1
                dirty_apps:
                  - {name: faults, path: \(try Products.plugin("Faults")), timeout: \(timeout)}
                  - {name: echo, path: \(try Products.plugin("Echo"))}
                """
            try Host.run([], configuration: configuration) { host in
                try checkBystanders(of: host) {
                    let connection = try host.connect()
                    let reply = try connection.ask(.request(1, "faults", action, [JSONValue(argument)]))
                    #expect(reply.error?.type == error, "\(reply)")
                    #expect(try host.call("faults", "echo", "on") == ["on"])
                }
            }
        }

        @Test("or when opened", arguments: ["fail", "hang", "slow_ms:400"])
        func open(behaviour: String) throws {
            let configuration = """
                dirty_workers: 2
                dirty_init_timeout: \(behaviour == "hang" ? 3 : 60)
                dirty_apps:
                  - {name: broken, path: \(try Products.plugin("Faults")), isolation: app, config: {open: "\(behaviour)"}}
                  - {name: echo, path: \(try Products.plugin("Echo"))}
                """
            try Host.run([], configuration: configuration, waitsUntilReady: false) { host in
                try host.log.wait(for: "Worker is ready")
                try checkBystanders(of: host) {
                    let connection = try host.connect()
                    let reply = try connection.ask(.request(1, "broken", "echo", [1]))
                    let isSlowOnly = behaviour.hasPrefix("slow")
                    #expect(reply.error?.type == (isSlowOnly ? nil : "DirtyNoWorkersAvailableError"), "\(reply)")
                }
            }
        }

        @Test("or when closed", arguments: ["fail", "hang", "slow_ms:400"])
        func close(behaviour: String) throws {
            let configuration = """
                dirty_workers: 2
                dirty_graceful_timeout: 1
                dirty_apps:
                  - {name: stubborn, path: \(try Products.plugin("Faults")), config: {close: "\(behaviour)"}}
                  - {name: echo, path: \(try Products.plugin("Echo"))}
                """
            try Host.run([], configuration: configuration) { host in
                try checkBystanders(of: host) {
                    let worker = try host.workers()[0].id
                    let control = try Connection(to: host.runtimePath + "/control.sock")
                    _ = try control.ask(["type": "manage", "id": 1, "op": "restart", "slot": 0]).result()
                    try host.status { status in
                        let workers = status["workers"]?.arrayValue ?? []
                        return status["ready"] == true && !workers.contains { $0["id"]?.intValue == worker }
                    }
                }
                host.program.signal(SIGTERM)
                #expect(try host.program.wait(within: 20) == .exited(0))
            }
        }
    }
}
