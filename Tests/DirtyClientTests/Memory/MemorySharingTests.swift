import DirtyClient
import Glibc
import TestSupport
import Testing

/// Attachments that the clients hand over as memory.
@Suite("Sharing memory")
struct MemorySharingTests {
    /// Either client, as one that sends a call.
    enum Client: CaseIterable {
        case async, blocking

        func send(_ call: DirtyCall, to socket: String, _ sharing: MemorySharing) async throws -> DirtyResult {
            switch self {
            case .async:
                let client = DirtyClient(socket: socket, sharing: sharing)
                let result = try await client.send(call)
                await client.close()
                return result
            case .blocking:
                return try BlockingDirtyClient(socket: socket, sharing: sharing).send(call)
            }
        }
    }

    private static let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }

    /// A call with a large and a small attachment, and room for an answer.
    private static var call: DirtyCall {
        var call = DirtyCall(
            "echo",
            "echo",
            argumentsJSON: Array(#"[[{"$attachment":0},{"$attachment":1}]]"#.utf8),
            keywordsJSON: Array("{}".utf8),
            attachments: [bytes, [1, 2, 3]]
        )
        call.answerBytes = 300_000
        return call
    }

    @Test("through a real host, what comes back is what went there", arguments: Client.allCases)
    func realHost(client: Client) async throws {
        let host = try Host(["echo"], ["--dirty-workers", "1", "--log-level", "error"])
        try host.program.output.wait(for: "DIRTY_SOCKET=\(host.socketPath)\n", within: 60)
        for sharing in [MemorySharing.automatic, .from(bytes: 1), .off] {
            let result = try await client.send(Self.call, to: host.socketPath, sharing)
            #expect(result.attachments == Self.call.attachments)
            #expect(try result.value() == [["$attachment": 0], ["$attachment": 1]])
        }
        try host.end()
    }

    @Test(
        "large attachments are sealed memory, small ones are sent, and answers are read from the area",
        arguments: Client.allCases
    )
    func places(client: Client) async throws {
        let scene = try Scene { connection in
            try connection.grant(pid: getpid())
            let call = try connection.message()
            // The client is this process: its descriptors are ours.
            let memory = try #require(call["attachments"]?.arrayValue?.first)
            let seen = try SharedPiece(memory)
            let sent = try connection.bytes(3)
            let area = try SharedPiece(call["answer_area"] ?? .null)
            try #require(seen.seals & 0xE == 0xE && seen.bytes == Self.bytes && sent == [1, 2, 3])
            try #require(area.seals & 0xE == 0x6 && area.size == 300_000)
            area.write([7, 8], at: 64)
            try connection.send(
                "{\"type\":\"response\",\"id\":\(call["id"] ?? .null),\"attachments\":[1,{\"offset\":64,\"size\":2}],\"result\":null}",
                attachments: [[9]]
            )
        }
        let result = try await client.send(Self.call, to: scene.host.socketPath, .automatic)
        #expect(result.attachments == [[9], [7, 8]])
        #expect(scene.host.log.messages[0]["shared_memory"] == true)
        #expect(scene.host.log.messages[1]["attachments"]?.arrayValue?.last == 3)
    }

    @Test("without a host that grants it to this very process, bytes are sent", arguments: Client.allCases)
    func notGranted(client: Client) async throws {
        for answer in ["{}", #"{"shared_memory":{"granted":false,"why":"no"}}"#, Self.terms(pid: getpid() + 1)] {
            let scene = try Scene { connection in
                try connection.answer(try connection.message(), "response", "\"result\":\(answer)")
                try connection.echoSent()
            }
            let result = try await client.send(Self.call, to: scene.host.socketPath, .automatic)
            #expect(result.attachments == Self.call.attachments)
            #expect(scene.host.log.messages[1]["answer_area"] == nil)
        }
    }

    @Test("memory that the host can't use is sent after all, at once", arguments: Client.allCases)
    func fallback(client: Client) async throws {
        let scene = try Scene { connection in
            try connection.grant(pid: getpid())
            let call = try connection.message()
            _ = try connection.bytes(3)
            try connection.fail(call, "DirtyProtocolError", executed: "no", details: ",\"what\":\"shared_memory\"")
            try connection.echoSent()
        }
        let result = try await client.send(Self.call, to: scene.host.socketPath, .automatic)
        #expect(result.attachments == Self.call.attachments)
        #expect(scene.host.log.messages.count == 3)
    }

    @Test("an attachment that is said to be where no memory is makes an error", arguments: Client.allCases)
    func wrongPlace(client: Client) async throws {
        for place in [#"{"offset":299999,"size":2}"#, #"{"offset":300001,"size":0}"#] {
            let scene = try Scene { connection in
                try connection.grant(pid: getpid())
                let call = try connection.message()
                _ = try connection.bytes(3)
                try connection.answer(call, "response", "\"attachments\":[\(place)],\"result\":null")
            }
            let error = await #expect(throws: DirtyCallError.self) {
                try await client.send(Self.call, to: scene.host.socketPath, .automatic)
            }
            #expect(error?.type == .protocol)
        }
    }

    @Test("calls whose attachments are small say no hello for it", arguments: [MemorySharing.automatic, .off])
    func small(sharing: MemorySharing) throws {
        let scene = try Scene { connection in try connection.echoSent() }
        var call = Self.call
        call.attachments = [[UInt8](repeating: 1, count: 1000), []]
        call.answerBytes = nil
        let result = try BlockingDirtyClient(socket: scene.host.socketPath, sharing: sharing).send(call)
        #expect(result.attachments == call.attachments)
    }

    fileprivate static func terms(pid: pid_t) -> String {
        "{\"shared_memory\":{\"granted\":true,\"pid\":\(pid),\"worthwhile_bytes\":262144,\"alignment\":64}}"
    }
}

extension ScriptedConnection {
    /// Answers a hello that asks for shared memory.
    fileprivate func grant(pid: pid_t) throws {
        try answer(try message(), "response", "\"result\":\(MemorySharingTests.terms(pid: pid))")
    }

    /// Answers a call with the attachments that follow it, all of which must.
    fileprivate func echoSent() throws {
        let call = try message()
        let sizes = try (call["attachments"]?.arrayValue ?? []).map { try #require($0.intValue) }
        let sent = try sizes.map { try bytes($0) }
        try send(
            "{\"type\":\"response\",\"id\":\(call["id"] ?? .null),\"attachments\":\(call["attachments"] ?? []),\"result\":null}",
            attachments: sent
        )
    }
}

/// Memory of this process that a message tells of.
private struct SharedPiece {
    let descriptor: Int32
    let size: Int

    init(_ json: JSONValue) throws {
        descriptor = Int32(try #require(json["fd"]?.intValue))
        size = try #require(json["size"]?.intValue)
        try #require(json["inode"]?.uintValue == SharedFile.inode(of: descriptor))
    }

    /// How it is sealed: by `F_GET_SEALS`, whose name Glibc's overlay doesn't show.
    var seals: Int32 { fcntl(descriptor, 1034) }

    var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = max(0, pread(descriptor, buffer.baseAddress, size, 0))
        }
    }

    func write(_ bytes: [UInt8], at offset: Int) {
        pwrite(descriptor, bytes, bytes.count, off_t(offset))
    }
}
