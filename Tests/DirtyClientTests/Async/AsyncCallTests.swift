import DirtyClient
import TestSupport
import Testing

@Suite("Async calls")
struct AsyncCallTests {
    @Test("a connection begins with hello; calls then share it, answered in any order")
    func multiplexing() async throws {
        let scene = try Scene { connection in
            try connection.greet()
            let calls = [try connection.message(), try connection.message(), try connection.message()]
            for call in calls.reversed() {
                try connection.answer(call, "response", "\"result\":\(call["args"]?.description ?? "")")
            }
        }
        let client = DirtyClient(socket: scene.host.socketPath)
        let results = try await withThrowingTaskGroup(of: [Int].self) { group in
            for number in 1...3 {
                group.addTask { try await client.call("echo", "echo", number, as: [Int].self) }
            }
            return try await group.reduce(into: Set<[Int]>()) { $0.insert($1) }
        }
        #expect(results == [[1], [2], [3]])
        #expect(scene.host.log.messages.first == ["type": "hello", "id": 1, "shared_memory": true])
        #expect(scene.host.log.messages.count == 4)
        await client.close()
    }

    @Test("actions are called like methods")
    func dynamicMembers() async throws {
        let scene = try Scene { connection in
            try connection.greet()
            while true {
                let call = try connection.message()
                try connection.answer(
                    call,
                    "response",
                    "\"result\":\(JSONValue.string(call["kwargs"]?.description ?? ""))"
                )
            }
        }
        let client = DirtyClient(socket: scene.host.socketPath)
        let search = client.app("search")
        let text: String = try await search.query("fox", 2, limit: 5, exact: true)
        #expect(text == #"{"limit":5,"exact":true}"#)
        try await search["odd-name"]()
        let calls = scene.host.log.messages.dropFirst()
        #expect(calls.map { $0["action"] } == ["query", "odd-name"])
        #expect(calls.first?["args"] == ["fox", 2])
        await client.close()
    }

    @Test("bytes travel both ways")
    func attachments() async throws {
        let scene = try Scene { connection in
            try connection.greet()
            let message = try connection.message()
            let size = message["attachments"]?.arrayValue?.first?.intValue ?? 0
            let bytes = try connection.bytes(size)
            try connection.send(
                #"{"type":"response","id":2,"attachments":[\#(size)],"result":{"$attachment":0}}"#,
                attachments: [bytes]
            )
        }
        let client = DirtyClient(socket: scene.host.socketPath)
        let bytes = (0..<2_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        #expect(try await client.call("echo", "echo", bytes, as: [UInt8].self) == bytes)
        await client.close()
    }

    @Test("errors are typed, as the blocking client's are")
    func errors() async throws {
        let scene = try Scene { connection in
            try connection.greet()
            try connection.fail(connection.message(), "DirtyTimeoutError", executed: "maybe", details: #","timeout":1"#)
        }
        let client = DirtyClient(socket: scene.host.socketPath)
        let error = try await callError { () throws(DirtyCallError) in try await client.call("echo", "echo") }
        #expect(error.type == .timeout)
        #expect(error.details == ["timeout": 1])
        await client.close()
    }

    @Test("cancelling the task cancels the call, and no other")
    func cancelling() async throws {
        let scene = try Scene { connection in
            try connection.greet()
            let first = try connection.message()
            _ = try connection.message()
            // Sent by the cancelled task; only then is the other call answered.
            _ = try connection.message()
            try connection.answer(first, "response", #""result":"first""#)
        }
        let client = DirtyClient(socket: scene.host.socketPath)
        let first = Task { try await client.call("echo", "echo", as: String.self) }
        try scene.host.log.wait { $0.count == 2 }
        let second = Task { try await callError { () throws(DirtyCallError) in try await client.call("echo", "slow") } }
        try scene.host.log.wait { $0.count == 3 }
        second.cancel()
        let error = try await second.value
        #expect(error.type == .cancelled)
        #expect(error.executed == .maybe)
        #expect(try await first.value == "first")
        #expect(scene.host.log.messages.last == ["type": "cancel", "id": 3])
        await client.close()
    }

    @Test("a task that is cancelled already sends nothing")
    func cancelledBefore() async throws {
        let scene = try Scene { connection in
            try connection.greet()
            try connection.answer(connection.message(), "response", #""result":1"#)
            _ = try connection.message()
        }
        let client = DirtyClient(socket: scene.host.socketPath)
        try await client.ping()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await callError { () throws(DirtyCallError) in try await client.call("echo", "echo") }
        }
        let error = try await task.value
        #expect(error.type == .cancelled)
        #expect(error.executed == .no)
        #expect(scene.host.log.messages.count == 2)
        await client.close()
    }

    @Test("a call longer than the host's limit is refused here; the connection lives on")
    func limit() async throws {
        let scene = try Scene { connection in
            try connection.greet(maxFrameBytes: 200)
            try connection.answer(connection.message(), "response", #""result":1"#)
        }
        let client = DirtyClient(socket: scene.host.socketPath)
        let error = try await callError { () throws(DirtyCallError) in
            try await client.call("echo", "echo", String(repeating: "x", count: 200))
        }
        #expect(error.type == .arguments)
        #expect(error.executed == .no)
        #expect(try await client.call("echo", "echo", "x") == 1)
        await client.close()
    }

    @Test("calls beyond what the host lets one connection have in flight wait their turn")
    func callsInFlight() async throws {
        let scene = try Scene { connection in
            try connection.greet(maxCalls: 2)
            // The third comes only after one of the first two has been answered.
            let first = try connection.message()
            let second = try connection.message()
            guard connection.isSilent(for: 100) else { return }
            try connection.answer(second, "response", #""result":1"#)
            let third = try connection.message()
            try connection.answer(first, "response", #""result":1"#)
            try connection.answer(third, "response", #""result":1"#)
        }
        let client = DirtyClient(socket: scene.host.socketPath)
        let results = try await withThrowingTaskGroup(of: JSONValue.self) { group in
            for number in 1...3 {
                group.addTask { try await client.call("echo", "echo", number) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results == [1, 1, 1])
        await client.close()
    }

    @Test("a lost connection fails what was sent with \"maybe\"; the next call connects anew")
    func lostConnection() async throws {
        let scene = try Scene { connection in
            try connection.greet()
            let message = try connection.message()
            if connection.number == 1 { try connection.answer(message, "response", #""result":1"#) }
        }
        let client = DirtyClient(socket: scene.host.socketPath)
        let error = try await callError { () throws(DirtyCallError) in try await client.call("echo", "echo") }
        #expect(error.type == .connection)
        #expect(error.executed == .maybe)
        #expect(try await client.call("echo", "echo") == 1)
        await client.close()
    }

    @Test("a host that restarts is connected to anew, with nothing lost")
    func restart() async throws {
        let folder = try TemporaryFolder()
        let script: @Sendable (ScriptedConnection) throws -> Void = { connection in
            try connection.greet()
            try connection.answer(connection.message(), "response", #""result":1"#)
            connection.end()
        }
        let first = try ScriptedHost(in: folder, script: script)
        var policy = RetryPolicy.reconnect
        policy.window = .seconds(30)
        let client = DirtyClient(socket: folder.path + "/dirty.sock", retry: policy)
        #expect(try await client.call("echo", "echo") == 1)
        first.stop()
        // What the old connection still took might have run.
        try first.log.wait { $0.last == "ended" }
        let starting = inBackground { try ScriptedHost(in: folder, script: script) }
        #expect(try await client.call("echo", "echo") == 1)
        _ = try starting()
        await client.close()
    }

    @Test("an error about the connection is what its calls fail with")
    func farewell() async throws {
        let scene = try Scene { connection in
            try connection.greet()
            _ = try connection.message()
            try connection.send(
                #"{"type":"error","id":null,"error":{"error_type":"DirtyProtocolError","message":"not JSON","details":{}}}"#
            )
        }
        let client = DirtyClient(socket: scene.host.socketPath)
        let error = try await callError { () throws(DirtyCallError) in try await client.call("echo", "echo") }
        #expect(error.type == .protocol)
        #expect(error.message == "not JSON")
        await client.close()
    }

    @Test("a host that never answers is given up some time after the call's timeout, and told")
    func silentHost() async throws {
        let scene = try Scene { connection in
            try connection.greet()
            _ = try connection.message()
            _ = try connection.message()
        }
        let client = DirtyClient(socket: scene.host.socketPath)
        let error = try await callError { () throws(DirtyCallError) in
            try await client.call("echo", "echo", timeout: .milliseconds(10))
        }
        #expect(error.type == .timeout)
        #expect(error.executed == .maybe)
        try scene.host.log.wait { $0.last == ["type": "cancel", "id": 2] }
        await client.close()
    }

    @Test("without a host the paths are told")
    func noHost() async throws {
        let folder = try TemporaryFolder()
        let client = DirtyClient(socket: folder.path + "/none", retry: .none)
        let error = try await callError { () throws(DirtyCallError) in try await client.call("echo", "echo") }
        #expect(error.type == .connection)
        #expect(error.executed == .no)
        #expect(error.message.contains("\(folder.path)/none (no such socket)"))
    }

    @Test("several connections are used in turn")
    func pool() async throws {
        let scene = try Scene { connection in
            try connection.greet()
            while true {
                try connection.answer(connection.message(), "response", "\"result\":\(connection.number)")
            }
        }
        let client = DirtyClient(socket: scene.host.socketPath, connections: 3)
        var counts: [Int: Int] = [:]
        for _ in 0..<9 {
            counts[try await client.call("echo", "echo", as: Int.self), default: 0] += 1
        }
        #expect(counts == [0: 3, 1: 3, 2: 3])
        await client.close()
    }
}
