import DirtyWire
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("Attachments")
    struct AttachmentTests {
        /// Bytes of every value, of so many.
        private static func bytes(_ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        }

        @Test(
            "bytes travel both ways, whatever their number and size",
            arguments: [[0], [1, 0, 5], [70_000], [3_000_000, 9]]
        )
        func bothWays(sizes: [Int]) throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                let attachments = sizes.map(Self.bytes)
                let value = JSONValue.array(sizes.indices.map { ["$attachment": JSONValue($0)] })
                let request = JSONValue.request(
                    1,
                    "echo",
                    "echo",
                    [value],
                    with: ["attachments": .array(sizes.map { JSONValue($0) })]
                )
                try connection.send(request, attachments: attachments)
                let reply = try connection.receive()
                #expect(try reply.result() == value)
                #expect(reply.attachments == attachments)
                #expect(try connection.call("echo", "echo", "next") == "next")
            }
        }

        @Test("bytes that a plugin makes go to those who asked for attachments, and inline to others")
        func fromPlugin() throws {
            let plugin = try CPlugin(compiling: "bytes")
            try Host.run(["bytes=\(plugin.path)"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                #expect(try connection.call("bytes", "any") == ["bytes": ["$base64": "AAH+/w=="]])

                let reply = try connection.ask(.request(1, "bytes", "any", with: ["attachments": []]))
                #expect(try reply.result() == ["bytes": ["$attachment": 0]])
                #expect(reply.attachments == [[0, 1, 0xfe, 0xff]])
            }
        }

        @Test("attachments whose request is refused are read over")
        func refused() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                let request = JSONValue.request(1, "none", "echo", with: ["attachments": [100_000]])
                try connection.send(request, attachments: [Self.bytes(100_000)])
                #expect(try connection.receive().requireError().type == "DirtyAppNotFoundError")
                #expect(try connection.call("echo", "echo", 1) == 1)
            }
        }

        @Test("sizes that are none end the connection")
        func wrongSizes() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                for sizes: JSONValue in [[-1], [1.5], "3", [["a"]]] {
                    let connection = try host.connect()
                    let error = try connection.ask(
                        .request(1, "echo", "echo", [1], with: ["attachments": sizes])
                    ).requireError()
                    #expect(error.details["what"] == "bad_attachments")
                    #expect(connection.isEnded())
                }
            }
        }
    }
}
