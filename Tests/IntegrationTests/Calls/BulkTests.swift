import DirtyWire
import Foundation
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("Bytes in bulk")
    struct BulkTests {
        private static let mebibyte = 1 << 20

        /// So many MiB, each of them different.
        private static func bytes(mebibytes: Int) -> [UInt8] {
            let block = (0..<mebibyte).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 12) }
            return (0..<mebibytes).reduce(into: []) { bytes, number in
                bytes += block
                bytes[bytes.count - mebibyte] = UInt8(truncatingIfNeeded: number)
            }
        }

        /// What Echo answers to `bytes` as an attachment.
        private static func echo(_ bytes: [UInt8], over connection: Connection) throws -> Reply {
            let sizes: JSONObject = ["attachments": [JSONValue(bytes.count)]]
            try connection.send(.request(1, "echo", "echo", [["$attachment": 0]], with: sizes), attachments: [bytes])
            return try connection.receive()
        }

        @Test("50 MiB go through dirty call and come back byte for byte")
        func throughTheCommand() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                let sent = Data(Self.bytes(mebibytes: 50))
                let (input, output) = (host.folder.path + "/sent", host.folder.path + "/received")
                try sent.write(to: URL(fileURLWithPath: input))
                let outcome = try Program.run(
                    Products.path("dirty"),
                    ["call", "echo", "echo", "--attach", input, "--output", output, "--socket", host.socketPath]
                )
                #expect(outcome.status == .exited(0), "\(outcome.errors)")
                #expect(outcome.output == "{\"$attachment\":0}\n")
                #expect(try Data(contentsOf: URL(fileURLWithPath: output)) == sent)
            }
        }

        @Test("50 MiB go through a socket and come back byte for byte")
        func throughASocket() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                let bytes = Self.bytes(mebibytes: 50)
                let connection = try host.connect()
                let reply = try Self.echo(bytes, over: connection)
                #expect(try reply.result() == ["$attachment": 0])
                #expect(reply.attachments == [bytes])
            }
        }

        @Test("memory of large messages goes back when nothing more comes that needs it")
        func memoryGoesBack() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                let bytes = Self.bytes(mebibytes: 48)
                let before = try #require(host.memoryBytes)
                let connection = try host.connect()
                for _ in 1...4 { #expect(try Self.echo(bytes, over: connection).attachments == [bytes]) }
                #expect(try #require(host.peakMemoryBytes) > before + 64 * Self.mebibyte)
                // Nothing tells that memory has gone back; it is to be seen only by looking.
                let deadline = ContinuousClock.now + .seconds(60)
                let enough = before + 32 * Self.mebibyte
                while try #require(host.memoryBytes) > enough, .now < deadline { usleep(50_000) }
                #expect(try #require(host.memoryBytes) <= enough)
            }
        }

        /// In chunks of 64 MiB: 1 GiB, or as many MiB as `DIRTY_TEST_STREAM_MIB` says.
        @Test("a stream of large chunks needs no more of the host's memory than the budget, however long it is")
        func largeChunks() throws {
            let total = ProcessInfo.processInfo.environment["DIRTY_TEST_STREAM_MIB"].flatMap { Int($0) } ?? 1024
            let (chunk, budget) = (64 * Self.mebibyte, 256 * Self.mebibyte)
            let count = total * Self.mebibyte / chunk
            let plugin = try CPlugin(compiling: "witness")
            try Host.run(
                ["witness=\(plugin.path)"],
                "--dirty-workers",
                "1",
                "--dirty-memory-budget",
                String(budget)
            ) { host in
                let before = try #require(host.peakMemoryBytes)
                let connection = try host.connect()
                let arguments: [JSONValue] = [JSONValue(count), JSONValue(chunk)]
                try connection.send(.request(1, "witness", "stream_bytes", arguments, with: ["attachments": []]))
                for number in 0..<count {
                    let reply = try connection.receive(within: 60)
                    #expect(reply.type == "chunk")
                    let bytes = try #require(reply.attachments.first)
                    #expect(bytes.count == chunk)
                    #expect(bytes.prefix(3) == [UInt8(number), 1, 2])
                    #expect(bytes.last == 0xff)
                }
                #expect(try connection.receive().type == "end")
                let grown = try #require(host.peakMemoryBytes) - before
                #expect(grown <= budget, "bytes that the host needed beside those of an idle one")
                print("\(total) MiB in chunks of 64 MiB: the arbiter grew by \(grown / Self.mebibyte) MiB at most")
            }
        }
    }
}
