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
            let apps = ["tokens", "bench", "counter"]
            try Host.run(apps, "--dirty-workers", "1", "--dirty-backlog", "3") { host in
                let connection = try host.connect()
                try connection.send(.request(1, "tokens", "stream_async", ["a", 60_000]))
                for id in 2...5 { try connection.send(.request(JSONValue(id), "bench", "sleep_task", [1])) }
                try connection.send(.request(6, "counter", "increment"))
                let first = try connection.receive()
                #expect(first.id == 5)
                check(first.error, is: "backlog", limit: 3)
                #expect(try host.app("bench")["backlog"] == 3)
                let cancelled = try connection.ask(["type": "cancel", "id": 1])
                #expect(try cancelled.requireError().type == "DirtyCancelledError")
                for reply in try connection.receive(count: 4) { _ = try reply.result() }
            }
        }

        @Test("a connection has so many calls in flight, and goes on")
        func connection() throws {
            try Host.run(["tokens", "bench"], "--dirty-workers", "1", "--dirty-connection-calls", "3") { host in
                let (connection, other) = (try host.connect(), try host.connect())
                try connection.send(.request(1, "tokens", "stream_async", ["a", 60_000]))
                for id in 2...4 { try connection.send(.request(JSONValue(id), "bench", "sleep_task", [1])) }
                let first = try connection.receive()
                #expect(first.id == 4)
                check(first.error, is: "connection", limit: 3)
                try connection.send(["type": "cancel", "id": 1])
                #expect(try other.call("bench", "health") == ["status": "ok"])
                let replies = try connection.receive(count: 3)
                #expect(replies.map(\.id) == [1, 2, 3])
                #expect(replies.map(\.error?.type) == ["DirtyCancelledError", nil, nil])
                #expect(try connection.call("bench", "health") == ["status": "ok"])
            }
        }

        @Test("the bytes of all calls have a budget, and a frame beyond it is read over")
        func memory() throws {
            let limits = ["--dirty-memory-budget", "1MiB", "--dirty-max-frame", "1MiB"]
            try Host.run(["echo", "tokens"], ["--dirty-workers", "1"] + limits) { host in
                let (connection, other) = (try host.connect(), try host.connect())
                let text = JSONValue.string(String(repeating: "x", count: 700_000))
                try connection.send(.request(1, "tokens", "stream_async", ["a", 60_000]))
                try connection.send(.request(2, "echo", "echo", [text]))
                try connection.synchronise()
                let refused = try other.ask(.request("too much", "echo", "echo", [text]))
                #expect(refused.id == "too much")
                check(refused.error, is: "memory", limit: 1 << 20)
                #expect(refused.error?.details["app_path"] == "echo")
                #expect(try other.ask(["type": "ping", "id": 1]).result() == "pong")

                let cancelled = try connection.ask(["type": "cancel", "id": 1])
                #expect(cancelled.id == 1)
                #expect(try cancelled.requireError().type == "DirtyCancelledError")
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
