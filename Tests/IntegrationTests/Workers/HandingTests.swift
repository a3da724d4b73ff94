import DirtyWire
import Glibc
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("Calls that busy workers are handed early")
    struct HandingTests {
        /// So many more calls than the workers take at once that one waits behind each that runs.
        private static let backlog = 100

        @Test(
            "behind a worker that is stopped only the call stays that it has; each is run once",
            arguments: ["0", "1"]
        )
        func stopped(prefetch: String) throws {
            try Host.run(["counter"], ["--dirty-workers", "2", "--dirty-prefetch", prefetch]) { host in
                let connection = try host.connect()
                // Both have answered, so it is known how long a call takes.
                for _ in 0..<10 { _ = try connection.call("counter", "value") }
                let pid = try #require(try host.workers()[0].pid)
                kill(pid, SIGSTOP)
                #expect(ProcessTable.isStopped(pid, within: 10))
                for id in 0..<Self.backlog {
                    try connection.send(.request(JSONValue(id), "counter", "increment"))
                }
                var replies = try connection.receive(count: Self.backlog - 1)
                kill(pid, SIGCONT)
                replies.append(try connection.receive())
                #expect(Set(replies.map(\.id)).count == Self.backlog)
                for reply in replies { _ = try reply.result() }
                let values = try (0..<2).map { _ in try #require(try connection.call("counter", "value").intValue) }
                #expect(values.reduce(0, +) == Self.backlog)
            }
        }

        @Test("no short call waits for a long one while another worker gets on")
        func uneven() throws {
            try Host.run(["bench"], "--dirty-workers", "2") { host in
                let connection = try host.connect()
                for id in 1...20 { try connection.send(.request(JSONValue(-id), "bench", "sleep_task", [1])) }
                _ = try connection.receive(count: 20)
                for id in 0..<Self.backlog {
                    let duration: JSONValue = id == 10 ? 2000 : 1
                    try connection.send(.request(JSONValue(id), "bench", "sleep_task", [duration]))
                }
                let replies = try connection.receive(count: Self.backlog)
                #expect(replies.last?.id == 10)
                #expect(Set(replies.map(\.id)).count == Self.backlog)
            }
        }

        @Test("kill -9 under backlog fails only what had begun, and every call is answered once")
        func killed() throws {
            try Host.run(["counter"], "--dirty-workers", "2") { host in
                let connection = try host.connect()
                for round in 0..<5 {
                    for id in 0..<Self.backlog {
                        try connection.send(.request(JSONValue(id), "counter", "increment"))
                    }
                    if let pid = try host.workers()[round % 2].pid { kill(pid, SIGKILL) }
                    let replies = try connection.receive(count: Self.backlog)
                    #expect(Set(replies.map(\.id)).count == Self.backlog)
                    let errors = replies.compactMap(\.error)
                    #expect(errors.count <= 1)
                    #expect(errors.allSatisfy { $0.type == "DirtyWorkerError" && $0.executed == "maybe" })
                    try host.status { $0["ready"] == true }
                }
            }
        }
    }
}
