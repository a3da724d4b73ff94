import DirtyWire
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("dirty_threads")
    struct ThreadTests {
        @Test("a concurrent app runs as many calls at once as its worker has lanes")
        func concurrent() throws {
            try Host.run(["tokens"], "--dirty-workers", "1", "--dirty-threads", "4") { host in
                let connection = try host.connect()
                for id in 0..<4 { try connection.send(.request(JSONValue(id), "tokens", "stream", ["a", 60_000])) }
                for id in 4..<6 { try connection.send(.request(JSONValue(id), "tokens", "count", ["a b"])) }
                try connection.synchronise()
                let status = try host.status()
                #expect(status["workers"]?.arrayValue?.first?["lanes_busy"] == 4)
                #expect(status.app("tokens")?["running"] == 4)
                #expect(status.app("tokens")?["backlog"] == 2)
                for id in 0..<4 { try connection.send(["type": "cancel", "id": JSONValue(id)]) }
                let replies = try connection.receive(count: 6)
                #expect(Set(replies.map(\.id)).count == 6)
                for reply in replies where reply.id == 4 || reply.id == 5 { #expect(try reply.result() == 2) }
                #expect(replies.count { $0.error?.type == "DirtyCancelledError" } == 4)
            }
        }

        @Test("a serial app runs one call at a time, while others use the free lanes")
        func serial() throws {
            try Host.run(["echo", "bench"], "--dirty-workers", "1", "--dirty-threads", "4") { host in
                let (streaming, waiting) = (try host.connect(), try host.connect())
                try streaming.send(.request(1, "echo", "count_to", [1_000_000_000_000]))
                #expect(try streaming.receive().data == 1)
                try waiting.send(.request(1, "echo", "echo", ["me"]))
                try waiting.synchronise()
                let echo = try host.app("echo")
                #expect(echo["running"] == 1)
                #expect(echo["backlog"] == 1)
                #expect(try host.call("bench", "health") == ["status": "ok"])
                streaming.disconnect()
                #expect(try waiting.receive().result() == "me")
            }
        }

        @Test("serve warns of apps that threads can't help")
        func warning() throws {
            try Host.run(["echo", "bench"], "--dirty-workers", "1", "--dirty-threads", "4") { host in
                try host.log.wait(for: "echo runs one call at a time")
                #expect(!host.log.text.contains("bench runs one call at a time"))
            }
        }
    }
}
