import DirtyWire
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("Sixty-four lanes in one worker")
    struct OverlapTests {
        private static let lanes = 64

        @Test("as many async calls overlap, and one more waits")
        func async() throws {
            try Host.run(["tokens"], "--dirty-workers", "1", "--dirty-threads", String(Self.lanes)) { host in
                let connections = try (0..<Self.lanes).map { _ in try host.connect() }
                for connection in connections {
                    // Without end, so that each runs as long as its client listens.
                    try connection.send(.request(1, "tokens", "stream_async", ["a b ", 50, 0]))
                }
                for connection in connections { #expect(try connection.receive().data == "a") }
                let waiting = try host.connect()
                try waiting.send(.request(1, "tokens", "count", ["a b"]))
                try waiting.synchronise()
                let status = try host.status()
                #expect(status["workers"]?.arrayValue?.first?["lanes_busy"] == JSONValue(Self.lanes))
                #expect(status.app("tokens")?["running"] == JSONValue(Self.lanes))
                #expect(status.app("tokens")?["backlog"] == 1)
                for connection in connections { connection.disconnect() }
                #expect(try waiting.receive().result() == 2)
            }
        }

        @Test("calls of a serial app never overlap")
        func serial() throws {
            let plugin = try CPlugin(compiling: "witness")
            try Host.run(
                ["witness=\(plugin.path)"],
                "--dirty-workers",
                "1",
                "--dirty-threads",
                String(Self.lanes)
            ) { host in
                let connections = try (0..<Self.lanes).map { _ in try host.connect() }
                for id in 0..<4 {
                    for connection in connections { try connection.send(.request(JSONValue(id), "witness", "overlap")) }
                }
                for connection in connections {
                    for reply in try connection.receive(count: 4) { #expect(try reply.result() == .null) }
                }
                #expect(try host.call("witness", "seen")["peak"] == 1)
            }
        }
    }
}
