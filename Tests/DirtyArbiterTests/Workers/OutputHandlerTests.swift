import NIOCore
import TestSupport
import Testing

@testable import DirtyArbiter

@Suite("What a process prints", .timeLimit(.minutes(1)))
struct OutputHandlerTests {
    private func handler(
        _ pair: SocketPair,
        on loop: PollLoop,
        _ lines: Diary<String>,
        noted: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws -> NIOLoopBound<OutputHandler> {
        try await loop.submit {
            let logger = RecordingLog.logger(lines, noted: noted)
            let handler = OutputHandler(descriptor: pair.ours, on: loop, logger: logger)
            try handler.start()
            return NIOLoopBound(handler, eventLoop: loop)
        }.get()
    }

    @Test("is logged line by line at the level it says, and the rest at the end of the pipe, which closes it")
    func lines() async throws {
        try await withLoop { loop in
            let (pair, lines) = (try SocketPair(), Diary<String>())
            let ended = loop.makePromise(of: Void.self)
            let handler = try await handler(pair, on: loop, lines) { if $0 == 3 { ended.succeed() } }
            try pair.send("one\n<3>two\nth".utf8)
            try pair.send("ree".utf8)
            pair.close()
            try await ended.futureResult.get()
            try await loop.turns()
            #expect(lines.all == ["info one", "error two", "info three"])
            let (tail, isOpen) = try await loop.submit { (handler.value.tailText, handler.value.isOpen) }.get()
            #expect(tail == "one\n<3>two\nthree" && !isOpen)
        }
    }

    @Test("is taken in as far as it has come: a child that prints for ever would stop the loop")
    func drain() async throws {
        try await withLoop { loop in
            let (pair, lines) = (try SocketPair(), Diary<String>())
            let handler = try await handler(pair, on: loop, lines) { if $0 < 500 { try? pair.send("more\n".utf8) } }
            let count = try await loop.submit {
                try pair.send("one\ntwo\n".utf8)
                handler.value.drain()
                return lines.all.count
            }.get()
            #expect(count == 2)
            pair.close()
        }
    }
}
