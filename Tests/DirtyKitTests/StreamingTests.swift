import DirtyKit
import DirtyKitTesting
import Testing

@Suite("Streams")
struct StreamingTests {
    let host = try! TestHost(Streams.self)

    @Test(
        "all ways to write a stream give the same chunks",
        arguments: ["written", "written_async", "sequence", "async_sequence", "from_a_task"]
    )
    func waysToStream(_ action: String) async throws {
        #expect(try await host.stream(action, 40).collect() == Array(1...40))
    }

    @Test("a stream without chunks ends", arguments: ["written", "written_async", "sequence", "async_sequence"])
    func emptyStream(_ action: String) async throws {
        #expect(try await host.stream(action, 0, as: Int.self).collect() == [])
    }

    @Test("chunks may hold bytes")
    func byteChunks() async throws {
        let chunks: [[UInt8]] = try await host.stream("bytes").collect()
        #expect(chunks == [[1], [2, 2], []])
    }

    @Test("an error thrown after some chunks comes after them", arguments: ["failing", "failing_async"])
    func lateError(_ action: String) async throws {
        var chunks: [Int] = []
        let error = try await #require(throws: AppError.self) {
            for try await chunk in try host.stream(action, as: Int.self) { chunks.append(chunk) }
        }
        #expect(chunks == [1, 2])
        #expect(error.message == "no more")
    }

    @Test("wrong arguments of a streaming action are told as those of any other")
    func wrongArguments() async throws {
        let error = try await #require(throws: AppError.self) {
            try await host.stream("written", as: Int.self).collect()
        }
        #expect(error.message == "written: parameter \"limit\" (integer) is missing; it takes (limit: integer)")
    }

    @Test("a chunk that JSON has no form for ends the stream with an error that says so")
    func unwritableChunk() async throws {
        let error = try await #require(throws: AppError.self) {
            try await host.stream("not_finite", as: Double.self).collect()
        }
        #expect(error.message == "nan can't be a result: JSON has no infinity and no not-a-number")
    }

    @Test(
        "a reader that leaves an endless stream cancels it",
        arguments: ["endless", "endless_async", "endless_sequence"]
    )
    func leaving(_ action: String) async throws {
        let host = try TestHost(Streams.self)
        let call = try host.start(action)
        var seen = 0
        for try await chunk in call.chunks(as: Int.self) {
            seen = chunk
            if chunk == 30 { break }
        }
        #expect(seen == 30)
        let error = try await #require(throws: AppError.self) { try await call.result(as: JSON.self) }
        #expect(error.status == .cancelled)
        #expect(error.message == "the call was cancelled")
        #expect(call.lateEvents == 0)
    }

    @Test("a task that outlives its action can write nothing more, and harms nothing")
    func lateWriter() async throws {
        let host = try TestHost(Streams.self)
        let call = try host.start("leaves_a_task")
        #expect(try await call.chunks(as: Int.self).collect() == [1])
        #expect(try await host.call("last_task") == "CancellationError()")
    }
}

/// An app of streams.
private final class Streams: ConcurrentDirtyApp {
    /// A task that an action left behind, and what became of it.
    private actor Leftover {
        var task: Task<String, Never>?

        func keep(_ task: Task<String, Never>) { self.task = task }
    }

    private let leftover = Leftover()
    private let (released, release) = AsyncStream.makeStream(of: Void.self)

    init(context: AppContext) {}

    static var actions: Actions<Streams> {
        StreamingAction("written", Parameter("limit", Int.self)) { _, out, limit in
            for number in 0..<limit { try out.write(number + 1) }
        }
        StreamingAction("written_async", Parameter("limit", Int.self)) { _, out, limit in
            for number in 0..<limit {
                await Task.yield()
                try await out.write(number + 1)
            }
        }
        StreamingAction("sequence", Parameter("limit", Int.self)) { _, limit in (0..<limit).lazy.map { $0 + 1 } }
        StreamingAction("async_sequence", Parameter("limit", Int.self)) { _, limit in
            AsyncStream { continuation in
                for number in 0..<limit { continuation.yield(number + 1) }
                continuation.finish()
            }
        }
        StreamingAction("from_a_task", Parameter("limit", Int.self)) { _, out, limit in
            try await Task.detached { for number in 0..<limit { try await out.write(number + 1) } }.value
        }
        StreamingAction("bytes") { _ in [[1], [2, 2], []] as [[UInt8]] }
        StreamingAction("failing") { _, out in
            try out.write(1)
            try out.write(2)
            throw AppError("no more")
        }
        StreamingAction("failing_async") { _, out in
            try await out.write(1)
            try await out.write(2)
            throw AppError("no more")
        }
        StreamingAction("not_finite") { _, out in try out.write(Double.nan) }
        StreamingAction("endless") { _, out in for number in 1... { try out.write(number) } }
        StreamingAction("endless_async") { _, out in for number in 1... { try await out.write(number) } }
        StreamingAction("endless_sequence") { _ in 1... }
        StreamingAction("leaves_a_task") { app, out in
            try await out.write(1)
            await app.leftover.keep(
                Task.detached {
                    for await _ in app.released { break }
                    do {
                        try await out.write(2)
                        return "written"
                    } catch {
                        return "\(error)"
                    }
                }
            )
        }
        Action("last_task") { app in
            app.release.yield()
            return await app.leftover.task?.value
        }
    }
}
