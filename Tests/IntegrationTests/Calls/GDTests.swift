import DirtyWire
import Foundation
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("GD frames")
    struct GDTests {
        /// The payload of a request.
        private static func request(_ app: String, _ action: String, _ args: [JSONValue]) -> JSONValue {
            ["app_path": .string(app), "action": .string(action), "args": .array(args), "kwargs": [:]]
        }

        @Test("values of every kind go there and back")
        func values() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                let value: JSONValue = [
                    .null, true, -5, .int(.max), 1.5, "grüße 🦊", "", [], [:], ["a": ["b": [1, 2.0]]],
                ]
                try connection.send(.request, id: .max, Self.request("echo", "echo", [value]))
                let reply = try connection.receiveGD()
                #expect(reply.type == .response)
                #expect(reply.id == .max)
                #expect(reply.payload == ["result": value])
            }
        }

        @Test("bytes are a kind of value, there and back")
        func bytes() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                let bytes: [UInt8] = [0x10, 0, 0, 0, 4, 0, 1, 0xfe, 0xff]
                func text(_ text: String) -> [UInt8] { [0x11, 0, 0, 0, UInt8(text.utf8.count)] + Array(text.utf8) }
                var payload: [UInt8] = [0x21, 0, 0, 0, 3]
                payload += text("app_path") + text("echo") + text("action") + text("echo")
                payload += text("args") + [0x20, 0, 0, 0, 1] + bytes
                let header: [UInt8] = [0x47, 0x44, 1, 1, 0, 0, 0, UInt8(payload.count), 0, 0, 0, 0, 0, 0, 0, 9]
                try connection.send(header + payload)
                let answer = [0x21, 0, 0, 0, 1] + text("result") + bytes
                let head: [UInt8] = [0x47, 0x44, 1, 2, 0, 0, 0, UInt8(answer.count), 0, 0, 0, 0, 0, 0, 0, 9]
                #expect(try connection.receive(16) == head)
                #expect(try connection.receive(answer.count) == answer)
            }
        }

        @Test("streams are chunks and an end")
        func streams() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                try connection.send(.request, id: 3, Self.request("echo", "count_to", [3]))
                let replies = try (0..<4).map { _ in try connection.receiveGD() }
                #expect(replies.map(\.type) == [.chunk, .chunk, .chunk, .end])
                #expect(replies.map { $0.payload["data"] } == [1, 2, 3, nil])
                #expect(replies.allSatisfy { $0.id == 3 })
            }
        }

        @Test("errors are the same as in JSON, and the connection goes on")
        func errors() throws {
            try Host.run(["counter"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                try connection.send(.request, id: 1, Self.request("nobody", "x", []))
                let unknown = try connection.receiveGD().requireError()
                #expect(unknown.type == "DirtyAppNotFoundError")
                #expect(unknown.executed == "no")

                try connection.send(.request, id: 2, Self.request("counter", "increment", ["many"]))
                let refused = try connection.receiveGD()
                #expect(refused.id == 2)
                #expect(try refused.requireError().details["status_name"] == "E_INVALID")

                try connection.send(.status, id: 3, .null)
                #expect(try connection.receiveGD().payload["result"]?["server"] == "dirty-host")
            }
        }

        @Test("answers come as they are ready, by their ids")
        func outOfOrder() throws {
            try Host.run(["bench"], "--dirty-workers", "2") { host in
                let connection = try host.connect()
                try connection.send(.request, id: 1, Self.request("bench", "sleep_task", [1000]))
                try connection.send(.request, id: 2, Self.request("bench", "health", []))
                #expect(try [connection.receiveGD().id, connection.receiveGD().id] == [2, 1])
            }
        }

        @Test("a frame that is none ends the connection, and nobody else's")
        func garbage() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                let frames: [String: [UInt8]] = [
                    "wrong version": [0x47, 0x44, 9, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
                    "unknown type": [0x47, 0x44, 1, 0x77, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
                    "too long": [0x47, 0x44, 1, 1, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
                    "unknown kind": [0x47, 0x44, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0x99],
                    "length beyond the end": [
                        0x47, 0x44, 1, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 1, 0x11, 0xff, 0xff, 0xff, 0xff, 0,
                    ],
                ]
                for (name, frame) in frames {
                    let connection = try host.connect()
                    try connection.send(frame)
                    #expect(try connection.receiveGD().requireError().type == "DirtyProtocolError", "\(name)")
                    #expect(connection.isEnded(), "\(name)")
                    #expect(try host.call("echo", "echo", 1) == 1)
                }
            }
        }
    }
}
