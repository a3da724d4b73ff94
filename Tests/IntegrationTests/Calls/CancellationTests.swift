import DirtyWire
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("A client may take a call back")
    struct CancellationTests {
        @Test("one that waits is never begun")
        func waiting() throws {
            try Host.run(["tokens", "counter"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                try connection.send(.request(1, "tokens", "stream_async", ["a", 60_000]))
                try connection.send(.request(2, "counter", "increment"))
                try connection.send(["type": "cancel", "id": 2])
                let cancelled = try connection.receive()
                #expect(cancelled.id == 2)
                let error = try cancelled.requireError()
                #expect(error.type == "DirtyCancelledError")
                #expect(error.executed == "no")
                #expect(try connection.ask(["type": "cancel", "id": 1]).id == 1)
                #expect(try connection.call("counter", "value") == 0)
            }
        }

        @Test("one that runs is answered at once and may have been executed")
        func running() throws {
            try Host.run(["bench"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                try connection.send(.request(1, "bench", "sleep_task", [60_000]))
                try connection.synchronise()
                let error = try connection.ask(["type": "cancel", "id": 1], within: 10).requireError()
                #expect(error.type == "DirtyCancelledError")
                #expect(error.executed == "maybe")
            }
        }

        @Test("a plugin that asks notices, and its worker lives on")
        func noticed() throws {
            try Host.run(["echo", "counter"], "--dirty-workers", "1") { host in
                let pid = try host.call("counter", "pid")
                let connection = try host.connect()
                try connection.send(.request(1, "echo", "count_to", [1_000_000_000_000]))
                #expect(try connection.receive().data == 1)
                try connection.send(["type": "cancel", "id": 1])
                var reply = try connection.receive()
                while reply.type == "chunk" { reply = try connection.receive() }
                #expect(reply.error?.type == "DirtyCancelledError")
                #expect(try host.call("counter", "pid") == pid)
            }
        }

        @Test("a cancel of what is not in flight is ignored")
        func unknown() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                try connection.send(["type": "cancel", "id": "nothing"])
                #expect(try connection.call("echo", "echo", 1) == 1)
                try connection.send(["type": "cancel", "id": 1])
                try connection.synchronise()
            }
        }

        @Test("what a client that has gone still waited for is never begun")
        func disconnectWhileWaiting() throws {
            try Host.run(["bench", "counter"], "--dirty-workers", "1") { host in
                let (busy, leaving) = (try host.connect(), try host.connect())
                try busy.send(.request(1, "bench", "sleep_task", [2000]))
                try busy.synchronise()
                try leaving.send(.request(1, "counter", "increment"))
                try leaving.synchronise()
                #expect(try host.app("counter")["backlog"] == 1)
                leaving.disconnect()
                try host.status { $0.app("counter")?["backlog"] == 0 }
                _ = try busy.receive().result()
                #expect(try host.call("counter", "value") == 0)
            }
        }

        @Test("a stream whose client has gone ends, and its worker lives on")
        func disconnectWhileStreaming() throws {
            try Host.run(["echo", "counter"], "--dirty-workers", "1") { host in
                let pid = try host.call("counter", "pid")
                let connection = try host.connect()
                try connection.send(.request(1, "echo", "count_to", [1_000_000_000_000]))
                #expect(try connection.receive().data == 1)
                connection.disconnect()
                #expect(try host.call("counter", "pid") == pid)
            }
        }
    }
}
