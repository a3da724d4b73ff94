import DirtyClient
import Foundation
import TestSupport
import Testing

@Suite("Async streams")
struct AsyncStreamTests {
    @Test("chunks come in order, on a connection of their own")
    func chunks() async throws {
        let scene = try Scene { connection in
            let message = try connection.message()
            for number in 1...3 {
                try connection.answer(message, "chunk", "\"data\":\(number)")
            }
            try connection.answer(message, "end", "")
            connection.waitForEnd()
        }
        let client = DirtyClient(socket: scene.host.socketPath)
        var numbers: [Int] = []
        for try await number in client.stream("tokens", "generate", "x", keywords: ["n": 3], as: Int.self) {
            numbers.append(number)
        }
        #expect(numbers == [1, 2, 3])
        let messages = try scene.host.log.wait { $0.last == "gone" }
        #expect(
            messages.first
                == [
                    "type": "request", "id": 1, "app_path": "tokens", "action": "generate", "attachments": [],
                    "args": ["x"], "kwargs": ["n": 3],
                ]
        )
    }

    @Test("an error in the middle comes after the chunks before it")
    func errorInTheMiddle() async throws {
        let scene = try Scene { connection in
            let message = try connection.message()
            try connection.answer(message, "chunk", #""data":1"#)
            try connection.fail(message, "DirtyAppError", executed: "yes")
        }
        let client = DirtyClient(socket: scene.host.socketPath)
        var iterator = client.stream("tokens", "generate", as: Int.self).makeAsyncIterator()
        #expect(try await iterator.next() == 1)
        let error = await #expect(throws: DirtyCallError.self) { _ = try await iterator.next() }
        #expect(error?.type == .app)
        #expect(try await iterator.next() == nil)
    }

    @Test("leaving early closes the connection")
    func leavingEarly() async throws {
        let scene = try Scene { connection in
            let message = try connection.message()
            try connection.answer(message, "chunk", #""data":1"#)
            connection.waitForEnd()
        }
        let client = DirtyClient(socket: scene.host.socketPath)
        for try await _ in client.stream("tokens", "generate", as: Int.self) { break }
        try scene.host.log.wait { $0.last == "gone" }
    }

    @Test("cancelling the task ends the stream and closes the connection")
    func cancelling() async throws {
        let scene = try Scene { connection in
            let message = try connection.message()
            try connection.answer(message, "chunk", #""data":1"#)
            connection.waitForEnd()
        }
        let client = DirtyClient(socket: scene.host.socketPath)
        let (chunks, seen) = AsyncStream.makeStream(of: Int.self)
        let task = Task {
            try await callError { () throws(DirtyCallError) in
                for try await number in client.stream("tokens", "generate", as: Int.self) { seen.yield(number) }
            }
        }
        for await _ in chunks { break }
        task.cancel()
        #expect(try await task.value.type == .cancelled)
        try scene.host.log.wait { $0.last == "gone" }
    }

    @Test("a host that sends more than is read has to wait, and nothing is lost")
    func backPressure() async throws {
        let (full, filled) = AsyncStream.makeStream(of: Int.self)
        let chunk = String(repeating: "x", count: 1 << 16)
        let count = 512
        let scene = try Scene { connection in
            let message = try connection.message()
            for number in 0..<count {
                if connection.isFull(for: 500) { filled.yield(number) }
                try connection.answer(message, "chunk", "\"data\":\"\(chunk)\"")
            }
            filled.finish()
            try connection.answer(message, "end", "")
            connection.waitForEnd()
        }
        let client = DirtyClient(socket: scene.host.socketPath)
        var iterator = client.stream("tokens", "generate", as: String.self).makeAsyncIterator()
        #expect(try await iterator.next() == chunk)
        // Nobody reads on until the host can't write any more: 32 MiB never fit between the two.
        var first: Int?
        for await number in full {
            first = number
            break
        }
        #expect(try #require(first) < 64)
        var received = 1
        while let next = try await iterator.next() {
            #expect(next.utf8.count == chunk.utf8.count)
            received += 1
        }
        #expect(received == count)
    }

    @Test("an action that doesn't stream gives one chunk, or none for null", arguments: [("7", [7]), ("null", [])])
    func notAStream(result: String, chunks: [Int]) async throws {
        let scene = try Scene { connection in
            try connection.answer(connection.message(), "response", "\"result\":\(result)")
        }
        let client = DirtyClient(socket: scene.host.socketPath)
        var numbers: [Int] = []
        for try await number in client.stream("echo", "echo", as: Int.self) { numbers.append(number) }
        #expect(numbers == chunks)
    }

    @Test("a connection lost before the first chunk is told")
    func lost() async throws {
        let scene = try Scene { connection in _ = try connection.message() }
        let client = DirtyClient(socket: scene.host.socketPath)
        let error = try await callError { () throws(DirtyCallError) in
            for try await _ in client.stream("tokens", "generate", as: Int.self) {}
        }
        #expect(error.type == .connection)
        #expect(error.executed == .maybe)
    }

    @Test("a refusal before the first chunk is tried again by policy")
    func retry() async throws {
        let scene = try Scene { connection in
            let message = try connection.message()
            guard connection.number == 1 else {
                return try connection.fail(message, "DirtyOverloadedError", executed: "no")
            }
            try connection.answer(message, "chunk", #""data":1"#)
            try connection.answer(message, "end", "")
        }
        let policy = RetryPolicy(kinds: [.overloaded], window: .seconds(60))
        let client = DirtyClient(socket: scene.host.socketPath, retry: policy)
        var numbers: [Int] = []
        for try await number in client.stream("tokens", "generate", as: Int.self) { numbers.append(number) }
        #expect(numbers == [1])
    }

    @Test("an argument that can't be sent is told by the stream")
    func wrongArgument() async throws {
        let client = DirtyClient(socket: "/nowhere")
        let error = try await callError { () throws(DirtyCallError) in
            for try await _ in client.stream("a", "b", Double.nan, as: Int.self) {}
        }
        #expect(error.type == .arguments)
    }
}
