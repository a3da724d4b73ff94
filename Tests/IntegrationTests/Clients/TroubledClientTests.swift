import DirtyWire
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("A client in trouble holds up nobody else")
    struct TroubledClientTests {
        @Test("one that goes amid a frame leaves nothing behind")
        func goneAmidFrame() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                let frame = JSONFrame.encode(
                    .request(1, "echo", "echo", [.string(String(repeating: "x", count: 100_000))])
                )
                for count in [1, 3, 4, 20, frame.count - 1] {
                    let connection = try host.connect()
                    try connection.send(Array(frame[..<count]))
                    connection.disconnect()
                }
                let status = try host.status { $0["connections"] == 1 }
                #expect(status["memory"]?["used"] == 0)
                #expect(try host.call("echo", "echo", 1) == 1)
            }
        }

        @Test("one that goes amid its calls costs nobody else's")
        func goneAmidCalls() throws {
            try Host.run(["bench", "counter"], "--dirty-workers", "2") { host in
                let pids = Set(try host.workerPIDs())
                for _ in 0..<20 {
                    let connection = try host.connect()
                    for id in 0..<20 { try connection.send(.request(JSONValue(id), "bench", "sleep_task", [20])) }
                }
                #expect(try host.call("counter", "increment") == 1)
                let status = try host.status { $0["connections"] == 1 && $0.app("bench")?["running"] == 0 }
                #expect(status.app("bench")?["backlog"] == 0)
                #expect(Set(try host.workerPIDs()) == pids)
            }
        }

        @Test("a frame that is begun and not finished in time ends the connection, and an idle one lives on")
        func unfinishedFrame() throws {
            try Host.run(["echo"], "--dirty-workers", "1", "--dirty-frame-timeout", "0.3") { host in
                let (idle, slow, silent) = (try host.connect(), try host.connect(), try host.connect())
                #expect(try idle.call("echo", "echo", 1) == 1)
                try silent.send([0])
                try slow.send(Connection.lengthPrefix(100) + Array(#"{"type":"#.utf8))
                #expect(try slow.receive().requireError().details["what"] == "unfinished")
                #expect(slow.isEnded())
                _ = try? silent.receive()
                #expect(silent.isEnded())
                #expect(try idle.call("echo", "echo", 2) == 2)
            }
        }

        @Test("the error of an unfinished frame has its id, once that has come whole")
        func unfinishedFrameWithID() throws {
            try Host.run(["echo"], "--dirty-workers", "1", "--dirty-frame-timeout", "0.3") { host in
                let pieces: [(text: String, id: JSONValue)] = [
                    (#"{"type":"request","id":"mine","args":["#, "mine"), (#"{"id":71,"type""#, 71),
                    (#"{"type":"request","id":"mi"#, .null), (#"{"id":7"#, .null),
                ]
                for (text, id) in pieces {
                    let connection = try host.connect()
                    try connection.send(Connection.lengthPrefix(100) + Array(text.utf8))
                    let reply = try connection.receive()
                    #expect(reply.id == id, "\(text)")
                    #expect(try reply.requireError().details["what"] == "unfinished")
                }
                // With its text whole, and bytes behind it missing.
                let connection = try host.connect()
                let request = JSONValue.request(9, "echo", "echo", [1], with: ["attachments": [10]])
                try connection.send(request, attachments: [[1, 2, 3]])
                #expect(try connection.receive().id == 9)

                let gd = try host.connect()
                var header = [UInt8](repeating: 0, count: GDHeader.bytes)
                header.withUnsafeMutableBytes {
                    GDHeader(type: .request, payloadBytes: 100, requestID: 12).encode(into: $0)
                }
                try gd.send(header + [0x21])
                #expect(try gd.receiveGD().id == 12)
            }
        }

        @Test("one that takes no answers is dropped, and what it was owed with it")
        func neverReads() throws {
            try Host.run(["bench", "counter"], "--dirty-workers", "2", "--dirty-write-timeout", "0.5") { host in
                let pids = Set(try host.workerPIDs())
                let connection = try host.connect()
                for id in 0..<50 { try connection.send(.request(JSONValue(id), "bench", "payload_task", [1_000_000])) }
                #expect(try host.call("counter", "increment") == 1)
                let status = try host.status { $0["connections"] == 1 }
                #expect(status["memory"]?["used"] == 0)
                #expect(Set(try host.workerPIDs()) == pids)
            }
        }

        @Test("one that takes no chunks is dropped, its stream ended, and the host's memory is bounded meanwhile")
        func neverReadsStream() throws {
            try Host.run(["bench", "counter"], "--dirty-workers", "1", "--dirty-write-timeout", "0.5") { host in
                let pid = try host.call("counter", "pid")
                let connection = try host.connect()
                try connection.send(.request(1, "bench", "stream_task", [1_000_000, 100_000]))
                // Waits until the stream has ended, as there is one lane.
                #expect(try host.call("counter", "pid") == pid)
                let peak = ProcessTable.file("status", of: host.program.pid)
                    .split(separator: "\n").first { $0.hasPrefix("VmHWM:") }?
                    .split(separator: " ").compactMap { Int($0) }.first
                #expect(try #require(peak) < 200_000, "kilobytes that the host needed at most")
                // What the kernel held for it, and then the end.
                while try !connection.receive(upTo: 1 << 20, by: .now + .seconds(30)).isEmpty {}
            }
        }

        @Test("one that reads slowly gets all of its stream, however long that takes")
        func slowReader() throws {
            try Host.run(["bench", "counter"], "--dirty-workers", "1", "--dirty-timeout", "0.5") { host in
                let pid = try host.call("counter", "pid")
                let connection = try host.connect()
                try connection.send(.request(1, "bench", "stream_task", [300, 100_000]))
                // The lane is paused meanwhile, and its clock with it: 1.5 s of other work don't count.
                let other = try host.connect()
                let end = ContinuousClock.now + .seconds(1.5)
                while .now < end { _ = try other.ask(["type": "ping", "id": 1]) }
                for _ in 0..<300 { #expect(try connection.receive().data?.stringValue?.utf8.count == 100_000) }
                #expect(try connection.receive().type == "end")
                #expect(try host.call("counter", "pid") == pid)
            }
        }
    }
}
