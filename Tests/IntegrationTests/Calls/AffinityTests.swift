import DirtyWire
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("Affinity")
    struct AffinityTests {
        @Test("calls with one key go to one worker, and keys are spread over all")
        func sameWorker() throws {
            try Host.run(["counter"], "--dirty-workers", "4") { host in
                let connection = try host.connect()
                func pid(_ key: String) throws -> JSONValue {
                    try connection.ask(.request(1, "counter", "pid", with: ["affinity": .string(key)])).result()
                }
                var pids: Set<JSONValue> = []
                for key in 0..<64 {
                    let first = try pid("key \(key)")
                    #expect(try pid("key \(key)") == first)
                    pids.insert(first)
                }
                #expect(pids.count == 4)
            }
        }

        @Test("a call with a key waits for its worker while others are idle")
        func waits() throws {
            try Host.run(["tokens", "counter"], "--dirty-workers", "2") { host in
                let connection = try host.connect()
                let key: JSONObject = ["affinity": "mine"]
                let mine = try connection.ask(.request(0, "counter", "pid", with: key)).result()
                try connection.send(.request(1, "tokens", "stream_async", ["a", 60_000], with: key))
                try connection.send(.request(2, "counter", "pid", with: key))
                try connection.send(.request(3, "counter", "pid"))
                let first = try connection.receive()
                try connection.send(["type": "cancel", "id": 1])
                let replies = [first] + (try connection.receive(count: 2))
                #expect(replies.map(\.id) == [3, 1, 2])
                #expect(try replies[0].result() != mine)
                #expect(try replies[2].result() == mine)
            }
        }
    }
}
