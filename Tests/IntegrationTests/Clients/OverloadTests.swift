import DirtyWire
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("Beyond a bound calls are refused at once")
    struct OverloadTests {
        /// Checks that `error` is of the bound named, and that a retry is safe.
        private func check(_ error: CallError?, is bound: String, limit: Int) {
            #expect(error?.type == "DirtyOverloadedError")
            #expect(error?.executed == "no")
            #expect(error?.details["bound"]?.stringValue == bound)
            #expect(error?.details["limit"]?.intValue == limit)
            #expect(error?.details["retry_after"]?.doubleValue ?? 0 > 0)
        }

        @Test("a full backlog refuses its own app's calls only")
        func backlog() throws {
            try Host.run(["bench", "counter"], "--dirty-workers", "1", "--dirty-backlog", "3") { host in
                let connection = try host.connect()
                for id in 1...5 { try connection.send(.request(JSONValue(id), "bench", "sleep_task", [400])) }
                try connection.send(.request(6, "counter", "increment"))
                let first = try connection.receive()
                #expect(first.id == 5)
                check(first.error, is: "backlog", limit: 3)
                #expect(try host.app("bench")["backlog"] == 3)
                for reply in try connection.receive(count: 5) { _ = try reply.result() }
            }
        }

        @Test("a connection has so many calls in flight, and goes on")
        func connection() throws {
            try Host.run(["bench"], "--dirty-workers", "1", "--dirty-connection-calls", "3") { host in
                let (connection, other) = (try host.connect(), try host.connect())
                for id in 1...4 { try connection.send(.request(JSONValue(id), "bench", "sleep_task", [200])) }
                let first = try connection.receive()
                #expect(first.id == 4)
                check(first.error, is: "connection", limit: 3)
                #expect(try other.call("bench", "health") == ["status": "ok"])
                #expect(try connection.receive(count: 3).map(\.id) == [1, 2, 3])
                #expect(try connection.call("bench", "health") == ["status": "ok"])
            }
        }

        @Test("the bytes of all calls have a budget, and a frame beyond it is read over")
        func memory() throws {
            let limits = ["--dirty-memory-budget", "1MiB", "--dirty-max-frame", "1MiB"]
            try Host.run(["echo", "bench"], ["--dirty-workers", "1"] + limits) { host in
                let (connection, other) = (try host.connect(), try host.connect())
                let text = JSONValue.string(String(repeating: "x", count: 700_000))
                try connection.send(.request(1, "bench", "sleep_task", [500]))
                try connection.send(.request(2, "echo", "echo", [text]))
                try connection.synchronise()
                let refused = try other.ask(.request("too much", "echo", "echo", [text]))
                #expect(refused.id == "too much")
                check(refused.error, is: "memory", limit: 1 << 20)
                #expect(refused.error?.details["app_path"] == "echo")
                #expect(try other.ask(["type": "ping", "id": 1]).result() == "pong")

                #expect(try connection.receive().id == 1)
                #expect(try connection.receive().result() == text)
                #expect(try other.call("echo", "echo", text) == text)
                #expect(try host.status()["memory"]?["used"] == 0)
            }
        }

        @Test("with no workers every call fails at once")
        func noWorkers() throws {
            try Host.run(["echo"], "--dirty-workers", "0") { host in
                let connection = try host.connect()
                let error = try connection.ask(.request(1, "echo", "echo", [1])).requireError()
                #expect(error.type == "DirtyNoWorkersAvailableError")
                #expect(error.executed == "no")
                #expect(error.details["cause"] == "none_configured")
                #expect(error.details["app_path"] == "echo")
                #expect(try connection.ask(.request(2, "none", "echo")).requireError().type == "DirtyAppNotFoundError")
                #expect(try connection.ask(["type": "ping", "id": 3]).result() == "pong")
                try host.log.wait(for: "dirty_workers is 0")
            }
        }
    }
}
