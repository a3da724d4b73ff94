import DirtyClient
import TestSupport
import Testing

@Suite("Blocking streams")
struct BlockingStreamTests {
    @Test("chunks come in order, with their bytes, and then nil; the connection is kept")
    func chunks() throws {
        let scene = try Scene { connection in
            while true {
                let message = try connection.message()
                try connection.answer(message, "chunk", #""data":"a""#)
                try connection.send(
                    #"{"type":"chunk","id":\#(message["id"] ?? .null),"attachments":[2],"data":{"$attachment":0}}"#,
                    attachments: [[1, 2]]
                )
                try connection.answer(message, "end", "")
            }
        }
        let client = BlockingDirtyClient(socket: scene.host.socketPath)
        for id in 1...2 {
            let stream = try client.stream(try DirtyCall("tokens", "generate"))
            #expect(try stream.next(as: String.self) == "a")
            #expect(try stream.next(as: [UInt8].self) == [1, 2])
            #expect(try stream.next() == nil)
            #expect(try stream.next() == nil)
            #expect(scene.host.log.messages.last?["id"]?.intValue == id)
        }
    }

    @Test("an error in the middle comes after the chunks before it, and ends the stream")
    func errorInTheMiddle() throws {
        let scene = try Scene { connection in
            let message = try connection.message()
            try connection.answer(message, "chunk", #""data":1"#)
            try connection.fail(message, "DirtyAppError", executed: "yes")
        }
        let stream = try BlockingDirtyClient(socket: scene.host.socketPath).stream(try DirtyCall("tokens", "generate"))
        #expect(try stream.next(as: Int.self) == 1)
        let error = try blockingCallError { () throws(DirtyCallError) in _ = try stream.next() }
        #expect(error.type == .app)
        #expect(error.executed == .yes)
        #expect(try stream.next() == nil)
    }

    @Test("an action that doesn't stream gives one chunk, or none for null")
    func notAStream() throws {
        let scene = try Scene { connection in
            try connection.answer(connection.message(), "response", #""result":7"#)
            try connection.answer(connection.message(), "response", #""result":null"#)
        }
        let client = BlockingDirtyClient(socket: scene.host.socketPath)
        let stream = try client.stream(try DirtyCall("echo", "echo"))
        #expect(try stream.next(as: Int.self) == 7)
        #expect(try stream.next() == nil)
        #expect(try client.stream(try DirtyCall("echo", "nothing")).next() == nil)
    }

    @Test("letting go of a stream closes its connection")
    func lettingGo() throws {
        let scene = try Scene { connection in
            try connection.answer(connection.message(), "chunk", #""data":1"#)
            connection.waitForEnd()
        }
        let client = BlockingDirtyClient(socket: scene.host.socketPath)
        do {
            let stream = try client.stream(try DirtyCall("tokens", "generate"))
            #expect(try stream.next(as: Int.self) == 1)
        }
        try scene.host.log.wait { $0.last == "gone" }
    }

    @Test("cancelling from another thread sends the stream's id and ends with the host's error")
    func cancelling() throws {
        let scene = try Scene { connection in
            let message = try connection.message()
            try connection.answer(message, "chunk", #""data":1"#)
            let cancel = try connection.message()
            try connection.fail(cancel, "DirtyCancelledError", executed: "maybe")
        }
        let canceller = CallCanceller()
        let client = BlockingDirtyClient(socket: scene.host.socketPath)
        let stream = try client.stream(try DirtyCall("tokens", "generate"), canceller: canceller)
        #expect(try stream.next(as: Int.self) == 1)
        let cancelled = inBackground { canceller.cancel() }
        let error = try blockingCallError { () throws(DirtyCallError) in _ = try stream.next() }
        try cancelled()
        #expect(error.type == .cancelled)
        #expect(scene.host.log.messages.last == ["type": "cancel", "id": 1])
    }
}
