import DirtyClient
import TestSupport
import Testing

@Suite("Blocking calls")
struct BlockingCallTests {
    @Test("a call is one frame, byte for byte")
    func frameBytes() throws {
        let scene = try Scene { connection in
            let frame = try connection.frame()
            try connection.send(
                "{\"type\":\"response\",\"id\":1,\"result\":\(JSONValue.string(String(decoding: frame, as: UTF8.self)))}"
            )
        }
        var call = try DirtyCall("search", "query", "fox \"1\"", keywords: ["limit": 5])
        call.timeout = .seconds(2.5)
        call.affinity = "user 7"
        call.traceparent = "00-1-2-01"
        let result = try BlockingDirtyClient(socket: scene.host.socketPath).send(call)
        #expect(
            try result.decode(String.self)
                == #"{"type":"request","id":1,"app_path":"search","action":"query","timeout":2.5,"affinity":"user 7","#
                + #""traceparent":"00-1-2-01","attachments":[],"args":["fox \"1\""],"kwargs":{"limit":5}}"#
        )
    }

    @Test("a result comes as the type asked for, or as a tree")
    func results() throws {
        struct Hit: Decodable, Equatable {
            let title: String
            let score: Double?
        }
        let scene = try Scene { connection in
            while true {
                try connection.answer(
                    connection.message(),
                    "response",
                    #""result":[{"title":"a","score":1.5},{"title":"b"}]"#
                )
            }
        }
        let client = BlockingDirtyClient(socket: scene.host.socketPath)
        let hits = try client.call("search", "query", "fox", as: [Hit].self)
        #expect(hits == [Hit(title: "a", score: 1.5), Hit(title: "b", score: nil)])
        #expect(try client.call("search", "query", "fox") == [["title": "a", "score": 1.5], ["title": "b"]])
    }

    @Test("bytes travel behind the frame, both ways")
    func attachments() throws {
        let scene = try Scene { connection in
            let message = try connection.message()
            let sizes = (message["attachments"]?.arrayValue ?? []).compactMap(\.intValue)
            let received = try sizes.map { try connection.bytes($0) }
            try connection.send(
                #"{"type":"response","id":1,"attachments":[\#(sizes[1]),\#(sizes[0])],"result":[{"$attachment":1},{"$attachment":0}]}"#,
                attachments: received.reversed()
            )
        }
        let large = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let client = BlockingDirtyClient(socket: scene.host.socketPath, sharing: .off)
        let back = try client.call("echo", "echo", large, [7] as [UInt8], as: [[UInt8]].self)
        #expect(back == [large, [7]])
        #expect(scene.host.log.messages[0]["args"] == [["$attachment": 0], ["$attachment": 1]])
        #expect(scene.host.log.messages[0]["attachments"] == [3_000_000, 1])
    }

    @Test("an error tells type, message, whether it ran, and the host's details")
    func errors() throws {
        let scene = try Scene { connection in
            while true {
                try connection.fail(
                    connection.message(),
                    "DirtyWorkerError",
                    executed: "maybe",
                    details: #","worker_id":3,"retry_after":0.25"#
                )
            }
        }
        let client = BlockingDirtyClient(socket: scene.host.socketPath)
        let error = try blockingCallError { () throws(DirtyCallError) in try client.call("echo", "echo") }
        #expect(error.type == .worker)
        #expect(error.message == "because")
        #expect(error.executed == .maybe)
        #expect(error.details == ["worker_id": 3, "retry_after": 0.25])
        #expect(error.retryAfter == .milliseconds(250))
        #expect(scene.host.log.messages.count == 1)
    }

    @Test("an unknown type of error is kept, and taken to be as unsure as can be")
    func unknownError() throws {
        let scene = try Scene { connection in
            try connection.answer(
                connection.message(),
                "error",
                #""error":{"error_type":"DirtyNewError","message":"new"}"#
            )
        }
        let client = BlockingDirtyClient(socket: scene.host.socketPath)
        let error = try blockingCallError { () throws(DirtyCallError) in try client.call("echo", "echo") }
        #expect(error.type.rawValue == "DirtyNewError")
        #expect(error.executed == .maybe)
    }

    @Test("a connection is kept for the next call")
    func reuse() throws {
        let scene = try Scene { connection in
            while true {
                try connection.answer(connection.message(), "response", "\"result\":\(connection.number)")
            }
        }
        let client = BlockingDirtyClient(socket: scene.host.socketPath)
        for _ in 0..<5 {
            #expect(try client.call("echo", "echo", as: Int.self) == 0)
        }
        #expect(scene.host.log.messages.map { $0["id"] } == [1, 2, 3, 4, 5])
    }

    @Test("threads share a client, each call with its own answer")
    func threads() throws {
        let scene = try Scene { connection in
            while true {
                let message = try connection.message()
                try connection.answer(message, "response", "\"result\":\(message["args"]?.description ?? "")")
            }
        }
        let client = BlockingDirtyClient(socket: scene.host.socketPath)
        let results = try concurrently(50) { thread in
            try (0..<20).map { try client.call("echo", "echo", thread, $0, as: [Int].self) }
        }
        for (thread, result) in results.enumerated() {
            #expect(result == (0..<20).map { [thread, $0] })
        }
    }

    @Test("hello, ping, status and describe have no more than type and id")
    func messages() throws {
        let scene = try Scene { connection in
            while true {
                let message = try connection.message()
                try connection.answer(message, "response", "\"result\":{\"was\":\(message["type"] ?? .null)}")
            }
        }
        let client = BlockingDirtyClient(socket: scene.host.socketPath)
        #expect(try client.hello() == ["was": "hello"])
        try client.ping()
        #expect(try client.status() == ["was": "status"])
        #expect(try client.describe() == ["was": "describe"])
        #expect(scene.host.log.messages[1] == ["type": "ping", "id": 2])
    }

    @Test("an action that streams is no call; its connection is closed")
    func unwantedStream() throws {
        let scene = try Scene { connection in
            try connection.answer(connection.message(), "chunk", #""data":1"#)
            connection.waitForEnd()
        }
        let client = BlockingDirtyClient(socket: scene.host.socketPath)
        let error = try blockingCallError { () throws(DirtyCallError) in try client.call("tokens", "generate") }
        #expect(error.type == .protocol)
        #expect(error.message == "tokens.generate answers with a stream: call it as one")
        try scene.host.log.wait { $0.last == "gone" }
    }

    @Test("a result of another shape says where it differs")
    func wrongShape() throws {
        let scene = try Scene { connection in
            try connection.answer(connection.message(), "response", #""result":[{"title":"a"},{"title":7}]"#)
        }
        let client = BlockingDirtyClient(socket: scene.host.socketPath)
        let error = try blockingCallError { () throws(DirtyCallError) in
            _ = try client.call("search", "query", as: [[String: String]].self)
        }
        #expect(error.type == .result)
        #expect(error.executed == .yes)
        #expect(error.message.hasSuffix("at [1].title: a number where a string is expected"))
    }

    @Test("an argument that JSON can't hold is told by name, and nothing is sent")
    func wrongArgument() throws {
        let error = try blockingCallError { () throws(DirtyCallError) in
            _ = try DirtyCall("a", "b", 1, keywords: ["x": Double.infinity])
        }
        #expect(error.type == .arguments)
        #expect(error.executed == .no)
        #expect(error.message == "argument 'x' of a.b can't be sent: inf has no form in JSON")
    }
}
