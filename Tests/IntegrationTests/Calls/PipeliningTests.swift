import DirtyWire
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("Many calls are in flight on one connection")
    struct PipeliningTests {
        @Test("answers come as they are ready")
        func outOfOrder() throws {
            try Host.run(["bench"], "--dirty-workers", "2") { host in
                let connection = try host.connect()
                try connection.send(.request("slow", "bench", "sleep_task", [1000]))
                try connection.send(.request("fast", "bench", "health"))
                #expect(try connection.receive(count: 2).map(\.id) == ["fast", "slow"])
            }
        }

        @Test("each of hundreds gets its own answer, once")
        func hundreds() throws {
            try Host.run(["echo"], "--dirty-workers", "2") { host in
                let connection = try host.connect()
                for id in 0..<500 { try connection.send(.request(JSONValue(id), "echo", "echo", [JSONValue(id * 3)])) }
                let replies = try connection.receive(count: 500)
                #expect(Set(replies.map(\.id)).count == 500)
                for reply in replies {
                    #expect(try reply.result().intValue == reply.id.intValue.map { $0 * 3 })
                }
                try connection.synchronise()
            }
        }

        @Test("frames may come byte by byte, and many at once")
        func chunking() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                let frames = (0..<3).map { JSONFrame.encode(.request(JSONValue($0), "echo", "echo", ["x"])) }
                for byte in frames[0] { try connection.send([byte]) }
                #expect(try connection.receive().result() == "x")
                try connection.send(frames[1] + frames[2])
                for reply in try connection.receive(count: 2) { #expect(try reply.result() == "x") }
            }
        }

        @Test("an id still in flight ends the connection, and nobody else's")
        func duplicateID() throws {
            try Host.run(["bench", "echo"], "--dirty-workers", "2") { host in
                let (other, connection) = (try host.connect(), try host.connect())
                try other.send(.request(1, "bench", "sleep_task", [500]))
                try connection.send(.request(1, "bench", "sleep_task", [60_000]))
                let error = try connection.ask(.request(1, "echo", "echo", [1])).requireError()
                #expect(error.type == "DirtyProtocolError")
                #expect(error.details["what"] == "duplicate_id")
                #expect(error.executed == "no")
                #expect(connection.isEnded())
                _ = try other.receive().result()
            }
        }

        @Test("an id may be used again once it is answered")
        func reusedID() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                for value in 0..<5 { #expect(try connection.call("echo", "echo", JSONValue(value)).intValue == value) }
            }
        }

        @Test("a client that only stopped sending still gets its answers")
        func halfClose() throws {
            try Host.run(["bench"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                for id in 1...3 { try connection.send(.request(JSONValue(id), "bench", "sleep_task", [50])) }
                connection.endSending()
                #expect(try connection.receive(count: 3).map(\.id) == [1, 2, 3])
                #expect(connection.isEnded())
            }
        }
    }
}
