import DirtyWire
import Glibc
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("Attachments in shared memory")
    struct SharedMemoryTests {
        /// Bytes without a period that a page could hide.
        private static func bytes(_ count: Int) -> [UInt8] {
            [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
                for index in 0..<count { buffer[index] = UInt8(truncatingIfNeeded: index &* 31 &+ index >> 12) }
                initialized = count
            }
        }

        /// A connection that may share memory.
        private static func connection(to host: Host) throws -> Connection {
            let connection = try host.connect()
            let answer = try connection.ask(["type": "hello", "id": 0, "shared_memory": true]).result()
            try #require(answer["shared_memory"]?["granted"] == true, "\(answer)")
            return connection
        }

        /// A request whose one argument is its one attachment.
        private static func request(
            _ memory: JSONValue,
            area: JSONValue? = nil,
            to app: String = "echo",
            _ action: String = "echo"
        ) -> JSONValue {
            var members: JSONObject = ["attachments": [memory]]
            members["answer_area"] = area
            return .request(1, app, action, [["$attachment": 0]], with: members)
        }

        @Test("it is granted to who asks, by hello, on the socket for calls; others hear nothing of it")
        func hello() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                let asking: JSONValue = ["type": "hello", "id": 1, "shared_memory": true]
                let answer = try connection.ask(asking).result()
                #expect(answer["features"]?.arrayValue?.contains("shared_memory") == true)
                #expect(answer["shared_memory"]?["pid"] == JSONValue(Int(getpid())))
                #expect(answer["shared_memory"]?["alignment"] == 64)
                #expect(answer["shared_memory"]?["worthwhile_bytes"]?.intValue ?? 0 > 0)
                let unasked = try host.connect().ask(["type": "hello", "id": 1]).result()
                #expect(unasked["shared_memory"] == nil)
                #expect(unasked["features"]?.arrayValue?.contains("shared_memory") == false)
                let control = try Connection(to: host.runtimePath + "/control.sock").ask(asking).result()
                #expect(control["shared_memory"]?["granted"] == false)
                #expect(control["shared_memory"]?["why"]?.stringValue?.contains("socket for calls") == true)
            }
        }

        @Test(
            "it is not granted to another user, who is told why",
            .enabled(if: getuid() == 0, "only root can be somebody else; run the tests as root to see this one")
        )
        func otherUser() throws {
            let folder = try TemporaryFolder()
            chmod(folder.path, 0o755)
            let path = folder.path + "/calls.sock"
            try Host.run(["echo"], "--dirty-workers", "1", "--socket", path, "--dirty-socket-mode", "0666") { _ in
                let hello = #"{"type":"hello","id":1,"shared_memory":true}"#
                let answer = try PeerPrograms.run("as_user.py", ["65534", path, hello]).output
                #expect(answer.contains(#""granted":false"#) && answer.contains("user 65534"), "\(answer)")
            }
        }

        @Test("who shares memory without having asked is told so, and the connection goes on")
        func notAsked() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                let memory = try SharedFile(Self.bytes(1000))
                let piece = memory.json(size: 1000)
                let area: JSONValue = .request(1, "echo", "echo", [1], with: ["answer_area": piece])
                for request in [Self.request(piece), area] {
                    let error = try connection.ask(request).requireError()
                    #expect(error.type == "DirtyProtocolError" && error.executed == "no")
                    #expect(error.details["what"] == "not_allowed")
                    #expect(error.message.contains("hello"))
                }
                #expect(try connection.call("echo", "echo", 1) == 1)
            }
        }

        @Test("64 MiB there and back are equal, and the host's memory doesn't grow by them")
        func largeBothWays() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                let connection = try Self.connection(to: host)
                let bytes = Self.bytes(64 << 20)
                let memory = try SharedFile(bytes)
                let area = try SharedFile([UInt8](repeating: 0, count: bytes.count), .size)
                let before = try #require(host.peakMemoryBytes)
                for _ in 0..<3 {
                    let reply = try connection.ask(
                        Self.request(memory.json(size: bytes.count), area: area.json(size: bytes.count))
                    )
                    #expect(try reply.result() == ["$attachment": 0])
                    #expect(reply.message["attachments"] == [["offset": 0, "size": JSONValue(bytes.count)]])
                    #expect(area.bytes(0..<bytes.count) == bytes)
                }
                #expect(try #require(host.peakMemoryBytes) - before < 16 << 20)
            }
        }

        @Test("an answer that doesn't fit into its area is sent, and one without attachments needs none")
        func smallArea() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                let connection = try Self.connection(to: host)
                let bytes = Self.bytes(100_000)
                let memory = try SharedFile(bytes)
                let area = try SharedFile([UInt8](repeating: 0, count: 4096), .size)
                let request = Self.request(memory.json(size: bytes.count), area: area.json(size: 4096))
                let reply = try connection.ask(request)
                #expect(reply.message["attachments"] == [100_000])
                #expect(reply.attachments == [bytes])
                let members: JSONObject = ["answer_area": area.json(size: 4096)]
                #expect(try connection.ask(.request(2, "echo", "echo", [5], with: members)).result() == 5)
            }
        }

        @Test("memory that can't be used is the client's error: named, counted, and the worker serves on")
        func unusable() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                let connection = try Self.connection(to: host)
                let pids = try host.workerPIDs()
                let unsealed = try SharedFile(Self.bytes(1000), .size)
                let sealed = try SharedFile(Self.bytes(1000))
                let cases: [(JSONValue, String)] = [
                    (unsealed.json(size: 1000), "not_sealed"), (sealed.json(size: 1001), "too_short"),
                    (["fd": 1_000_000, "inode": 1, "size": 1], "not_opened"),
                    (["fd": JSONValue(Int(sealed.descriptor)), "inode": 1, "size": 1], "other_file"),
                ]
                for (memory, cause) in cases {
                    let error = try connection.ask(Self.request(memory)).requireError()
                    #expect(error.type == "DirtyProtocolError" && error.executed == "no")
                    #expect(error.details["what"] == "shared_memory" && error.details["cause"] == .string(cause))
                    #expect(error.details["attachment"] == 0 && error.details["app_path"] == "echo")
                }
                #expect(try connection.call("echo", "echo", 1) == 1)
                let counts = try host.app("echo")["counts"]
                #expect(counts?["rejected"] == JSONValue(cases.count) && counts?["app_errors"] == 0)
                #expect(try host.workerPIDs() == pids)
            }
        }

        @Test("what is said wrongly of memory ends the connection, as nobody knows how many bytes follow")
        func malformed() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                let connection = try Self.connection(to: host)
                let error = try connection.ask(Self.request(["fd": 1, "size": 1])).requireError()
                #expect(error.details["what"] == "bad_attachments")
                #expect(connection.isEnded())
            }
        }

        @Test("a client that is killed amid its call does the worker no harm")
        func killedClient() throws {
            let plugin = try CPlugin(compiling: "witness")
            try Host.run(["witness=\(plugin.path)"], "--dirty-workers", "1") { host in
                let pids = try host.workerPIDs()
                let path = "\(Products.repository)/Tests/IntegrationTests/Peers/sharing.py"
                let client = try Program("python3", ["-B", path, host.socketPath, "witness", "watch"])
                try client.output.wait(for: "watching")
                client.signal(SIGKILL)
                try client.wait(within: 10)
                // The app is serial: it is asked when the call that was left is over.
                #expect(try host.call("witness", "seen")["status"] == -6)
                #expect(try host.workerPIDs() == pids)
            }
        }

        @Test("a call that a dead worker hadn't begun is given to another, which opens the memory anew")
        func retried() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                let connection = try Self.connection(to: host)
                let bytes = Self.bytes(300_000)
                let memory = try SharedFile(bytes)
                let area = try SharedFile([UInt8](repeating: 0, count: 300_000), .size)
                let victim = try #require(try host.workerPIDs().first)
                kill(victim, SIGSTOP)
                #expect(ProcessTable.isStopped(victim, within: 10))
                try connection.send(Self.request(memory.json(size: 300_000), area: area.json(size: 300_000)))
                try host.status { $0.app("echo")?["running"] == 1 }
                kill(victim, SIGKILL)
                let reply = try connection.receive()
                #expect(try reply.result() == ["$attachment": 0])
                #expect(reply.message["attachments"] == [["offset": 0, "size": 300_000]])
                #expect(area.bytes(0..<300_000) == bytes)
                #expect(try host.workerPIDs().first != victim)
            }
        }
    }
}
