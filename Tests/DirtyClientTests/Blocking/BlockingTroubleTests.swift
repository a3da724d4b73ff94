import DirtyClient
import TestSupport
import Testing

@Suite("Blocking calls in trouble")
struct BlockingTroubleTests {
    @Test("without a host every path is told, with what is wrong there")
    func noHost() throws {
        let folder = try TemporaryFolder()
        try folder.write("", to: "file")
        let location = HostLocation(
            paths: ["\(folder.path)/none", "\(folder.path)/file", "/" + String(repeating: "x", count: 120)]
        )
        let client = BlockingDirtyClient(location: location, retry: .none)
        let error = try blockingCallError { () throws(DirtyCallError) in try client.call("echo", "echo") }
        #expect(error.type == .connection)
        #expect(error.executed == .no)
        #expect(
            error.message
                == "no host answers; tried \(folder.path)/none (no such socket), \(folder.path)/file (nobody listens there any "
                + "more), /\(String(repeating: "x", count: 120)) (the path has 121 bytes, and a socket's has at most 107)"
        )
        #expect(error.details["tried"]?.arrayValue?.count == 3)
    }

    @Test("a restarted host is connected to anew, without a word")
    func restart() throws {
        let folder = try TemporaryFolder()
        let script: @Sendable (ScriptedConnection) throws -> Void = { connection in
            // One answer, then gone, as a host that is stopped.
            try connection.answer(connection.message(), "response", #""result":true"#)
        }
        var host: ScriptedHost? = try ScriptedHost(in: folder, script: script)
        let client = BlockingDirtyClient(socket: folder.path + "/dirty.sock")
        #expect(try client.call("echo", "echo") == true)
        host?.stop()
        host = try ScriptedHost(in: folder, script: script)
        #expect(try client.call("echo", "echo") == true)
        withExtendedLifetime(host) {}
    }

    @Test("a call waits for a host that is about to listen")
    func lateHost() throws {
        let folder = try TemporaryFolder()
        let started = inBackground {
            try ScriptedHost(in: folder) { connection in
                try connection.answer(connection.message(), "response", #""result":1"#)
            }
        }
        var policy = RetryPolicy.reconnect
        policy.window = .seconds(30)
        let client = BlockingDirtyClient(socket: folder.path + "/dirty.sock", retry: policy)
        #expect(try client.call("echo", "echo") == 1)
        _ = try started()
    }

    @Test("what the host had read may have run, and isn't sent again")
    func closedAfterReading() throws {
        let scene = try Scene { connection in _ = try connection.message() }
        let client = BlockingDirtyClient(socket: scene.host.socketPath)
        let error = try blockingCallError { () throws(DirtyCallError) in try client.call("echo", "echo") }
        #expect(error.type == .connection)
        #expect(error.executed == .maybe)
        #expect(scene.host.log.messages.count == 1)
    }

    @Test("what the host had not read whole hasn't run, and is sent again")
    func closedBeforeReading() throws {
        let scene = try Scene { connection in
            // The first one is closed with the rest of the call unread.
            if connection.number == 0 { return _ = try connection.bytes(10) }
            try connection.answer(connection.message(), "response", #""result":1"#)
        }
        let client = BlockingDirtyClient(socket: scene.host.socketPath)
        #expect(try client.call("echo", "echo") == 1)
    }

    @Test("what a host says before it closes on a call it won't read is the call's error")
    func refusedWhileSending() throws {
        let scene = try Scene { connection in
            _ = try connection.bytes(10)
            try connection.send(
                #"{"type":"error","id":null,"error":{"error_type":"DirtyProtocolError","message":"too long","#
                    + #""details":{"executed":"no","what":"too_large"}}}"#
            )
        }
        let client = BlockingDirtyClient(socket: scene.host.socketPath)
        let error = try blockingCallError { () throws(DirtyCallError) in
            try client.call("echo", "echo", [UInt8](repeating: 1, count: 10_000_000))
        }
        #expect(error.type == .protocol)
        #expect(error.message == "too long")
        #expect(error.executed == .no)
    }

    @Test("an error with executed \"no\" is tried again by policy, one with \"maybe\" never")
    func retries() throws {
        let scene = try Scene { connection in
            try connection.fail(connection.message(), "DirtyOverloadedError", executed: "no")
            try connection.fail(connection.message(), "DirtyOverloadedError", executed: "no")
            try connection.fail(connection.message(), "DirtyOverloadedError", executed: "maybe")
        }
        let policy = RetryPolicy(kinds: [.overloaded], window: .seconds(60))
        let client = BlockingDirtyClient(socket: scene.host.socketPath, retry: policy)
        let error = try blockingCallError { () throws(DirtyCallError) in try client.call("echo", "echo") }
        #expect(error.executed == .maybe)
        #expect(scene.host.log.messages.count == 3)
    }

    @Test("the host's \"no\" is the caller's at once unless the policy says otherwise")
    func noRetry() throws {
        let scene = try Scene { connection in
            try connection.fail(connection.message(), "DirtyOverloadedError", executed: "no")
        }
        let client = BlockingDirtyClient(socket: scene.host.socketPath)
        let error = try blockingCallError { () throws(DirtyCallError) in try client.call("echo", "echo") }
        #expect(error.type == .overloaded)
        #expect(scene.host.log.messages.count == 1)
    }

    @Test("a call cancelled before it is sent never is")
    func cancelledBefore() throws {
        let scene = try Scene { connection in _ = try connection.message() }
        let canceller = CallCanceller()
        canceller.cancel()
        let client = BlockingDirtyClient(socket: scene.host.socketPath)
        let error = try blockingCallError { () throws(DirtyCallError) in
            _ = try client.send(try DirtyCall("echo", "echo"), canceller: canceller)
        }
        #expect(error.type == .cancelled)
        #expect(error.executed == .no)
        #expect(scene.host.log.messages.isEmpty)
    }

    @Test("a host that never answers is given up some time after the call's timeout")
    func silentHost() throws {
        let scene = try Scene { connection in
            _ = try connection.message()
            connection.waitForEnd()
        }
        let client = BlockingDirtyClient(socket: scene.host.socketPath)
        let error = try blockingCallError { () throws(DirtyCallError) in
            try client.call("echo", "echo", timeout: .milliseconds(10))
        }
        #expect(error.type == .timeout)
        #expect(error.executed == .maybe)
        #expect(scene.host.log.messages.first?["timeout"] == 0.01)
        try scene.host.log.wait { $0.last == "gone" }
    }

    @Test(
        "an answer that isn't one is told as such",
        arguments: [
            ("nonsense", "must be a JSON object"), ("{nonsense", "byte 1"), ("[1]", "must be a JSON object"),
            ("{\"type\":\"response\",\"id\":1}", "no result"),
            ("{\"type\":\"other\",\"id\":1}", "no reply"), ("{\"type\":\"error\",\"id\":1}", "no 'error'"),
            ("{\"type\":\"response\",\"id\":1,\"attachments\":[-1],\"result\":1}", "attachments"),
        ]
    )
    func nonsense(answer: String, problem: String) throws {
        let scene = try Scene { connection in
            _ = try connection.message()
            try connection.send(answer)
        }
        let client = BlockingDirtyClient(socket: scene.host.socketPath)
        let error = try blockingCallError { () throws(DirtyCallError) in try client.call("echo", "echo") }
        #expect(error.type == .protocol)
        #expect(error.executed == .maybe)
        #expect(error.message.contains(problem), "\(error.message)")
    }

    @Test("an answer cut off anywhere is a lost connection")
    func cutOff() throws {
        let text = Array(#"{"type":"response","id":1,"attachments":[3],"result":{"$attachment":0}}"#.utf8)
        let answer = [0, 0, 0, UInt8(text.count)] + text + [1, 2, 3]
        for length in 0..<answer.count {
            let scene = try Scene { connection in
                _ = try connection.message()
                try connection.send(Array(answer[..<length]))
            }
            let client = BlockingDirtyClient(socket: scene.host.socketPath, retry: .none)
            let error = try blockingCallError { () throws(DirtyCallError) in try client.call("echo", "echo") }
            #expect(error.type == .connection, "cut at \(length)")
            #expect(error.executed == .maybe, "cut at \(length)")
        }
    }

    @Test("an answer that trickles in is put together")
    func trickle() throws {
        let scene = try Scene { connection in
            _ = try connection.message()
            let text = Array(#"{"type":"response","id":1,"attachments":[3],"result":{"$attachment":0}}"#.utf8)
            for byte in [0, 0, 0, UInt8(text.count)] + text + [1, 2, 3] {
                try connection.send([byte])
            }
        }
        let client = BlockingDirtyClient(socket: scene.host.socketPath)
        #expect(try client.call("echo", "echo", as: [UInt8].self) == [1, 2, 3])
    }
}
