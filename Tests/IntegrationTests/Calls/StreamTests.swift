import DirtyWire
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("Streams")
    struct StreamTests {
        @Test("the chunks come in order, and then the end")
        func order() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                let numbers = try host.connect().stream("echo", "count_to", 5000).map(\.intValue)
                #expect(numbers == Array(1...5000))
            }
        }

        @Test("a stream without chunks is an end")
        func empty() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                let chunks = try host.connect().stream("echo", "count_to", 0)
                #expect(chunks.isEmpty)
            }
        }

        @Test("large chunks arrive whole")
        func largeChunks() throws {
            try Host.run(["bench"], "--dirty-workers", "1") { host in
                let chunks = try host.connect().stream("bench", "stream_task", 20, 1_000_000)
                #expect(chunks.map { $0.stringValue?.utf8.count } == Array(repeating: 1_000_000, count: 20))
            }
        }

        @Test("a request amid a stream ends the connection of a client that said no hello, and the stream")
        func talkingAcross() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                try connection.send(.request(1, "echo", "count_to", [1_000_000_000_000]))
                #expect(try connection.receive().type == "chunk")
                try connection.send(.request(2, "echo", "echo", ["mine?"]))
                while let reply = try? connection.receive() {
                    #expect(reply.type == "chunk")
                }
                #expect(connection.isEnded())
                #expect(try host.call("echo", "echo", 1) == 1)
            }
        }

        @Test("a client that said hello may have calls beside its stream")
        func besidesHello() throws {
            try Host.run(["echo"], "--dirty-workers", "2") { host in
                let connection = try host.connect()
                _ = try connection.ask(["type": "hello", "id": 0]).result()
                try connection.send(.request(1, "echo", "count_to", [1_000_000_000_000]))
                #expect(try connection.receive().type == "chunk")
                try connection.send(.request(2, "echo", "echo", ["mine"]))
                var reply = try connection.receive()
                while reply.id == 1 { reply = try connection.receive() }
                #expect(reply.id == 2)
                #expect(try reply.result() == "mine")
            }
        }
    }
}
