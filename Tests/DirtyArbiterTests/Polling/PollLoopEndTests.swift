import Dispatch
import Glibc
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import DirtyArbiter

@Suite("The end of the event loop", .timeLimit(.minutes(1)))
struct PollLoopEndTests {
    /// A source that notes its end, and hands on that it was told of something.
    private final class Probe: PollSource {
        var closed: () -> Void = {}

        override func wasClosed() {
            closed()
        }
    }

    @Test("may be asked for twice, from outside and from within, and is told to all")
    func twice() async throws {
        let loop = try PollLoop.start()
        let fromWithin = Diary<Int>()
        let (told, tell) = AsyncStream<Void>.makeStream()
        try await loop.submit {
            loop.shutdownGracefully(queue: .global()) { _ in
                fromWithin.note(1)
                tell.finish()
            }
        }.get()
        try await loop.shutdownGracefully()
        try await loop.shutdownGracefully()
        await withCheckedContinuation { continuation in
            loop.shutdownGracefully(queue: .global()) { error in
                fromWithin.note(error == nil ? 2 : 3)
                continuation.resume()
            }
        }
        for await _ in told {}
        #expect(fromWithin.all.sorted() == [1, 2])
    }

    @Test("comes after what was posted before it, which is done in order")
    func postedBefore() async throws {
        let loop = try PollLoop.start()
        let diary = Diary<Int>()
        try await loop.submit {
            // The turn after this one is the last; what it posts in turn comes after it.
            loop.execute {
                loop.execute {
                    diary.note(3)
                    loop.execute { diary.note(6) }
                }
                loop.execute { diary.note(4) }
                loop.execute { diary.note(5) }
            }
            loop.shutdownGracefully(queue: .global()) { _ in }
            diary.note(1)
            loop.execute { diary.note(2) }
        }.get()
        try await loop.shutdownGracefully()
        #expect(diary.all == [1, 2, 3, 4, 5, 6])
    }

    @Test("fails what is scheduled, and does none of it")
    func scheduled() async throws {
        let loop = try PollLoop.start()
        let diary = Diary<Int>()
        let task = loop.scheduleTask(in: .hours(1)) { diary.note(1) }
        let cancelled = loop.scheduleTask(in: .hours(1)) { diary.note(2) }
        try await loop.submit { cancelled.cancel() }.get()
        let failure = Diary<String>()
        task.futureResult.whenFailure { failure.note("\($0)") }
        try await loop.submit {}.get()
        try await loop.shutdownGracefully()
        #expect(failure.all == ["\(EventLoopError.shutdown)"])
        #expect(diary.all == [])
    }

    @Test("fails what its last tasks schedule, and closes what they add")
    func lastMinute() async throws {
        let loop = try PollLoop.start()
        let pair = try SocketPair()
        let diary = Diary<String>()
        try await loop.submit {
            loop.shutdownGracefully(queue: .global()) { _ in }
            loop.execute {
                loop.execute {
                    loop.scheduleTask(in: .hours(1)) {}.futureResult.whenFailure { diary.note("\($0)") }
                    let probe = Probe(descriptor: pair.ours, on: loop)
                    probe.closed = { diary.note("closed") }
                    try? probe.start()
                }
            }
        }.get()
        try await loop.shutdownGracefully()
        #expect(Set(diary.all) == ["\(EventLoopError.shutdown)", "closed"])
        #expect(try pair.take() == [])
    }

    @Test("closes every source once, and lets go of it")
    func sources() async throws {
        let loop = try PollLoop.start()
        let pairs = try (0..<3).map { _ in try SocketPair() }
        let diary = Diary<Int>()
        let released = Diary<Int>()
        try await loop.submit {
            for (index, pair) in pairs.enumerated() {
                let probe = Probe(descriptor: pair.ours, on: loop)
                let witness = Witness { released.note(index) }
                probe.closed = { withExtendedLifetime(witness) { diary.note(index) } }
                try probe.start()
                if index == 1 { probe.park() }
                if index == 2 { probe.close() }
            }
        }.get()
        try await loop.shutdownGracefully()
        #expect(diary.all.sorted() == [0, 1, 2])
        #expect(released.all.sorted() == [0, 1, 2])
        for pair in pairs { #expect(try pair.take() == []) }
    }

    @Test("fails what is submitted and scheduled after it, in good time")
    func after() async throws {
        let loop = try PollLoop.start()
        let before = loop.submit { 7 }
        try await loop.shutdownGracefully()
        await #expect(throws: EventLoopError.shutdown) { try await loop.submit {}.get() }
        let task = loop.scheduleTask(in: .zero) {}
        await #expect(throws: EventLoopError.shutdown) { try await task.futureResult.get() }
        task.cancel()
        // Those who ask late for what was done in time get it.
        #expect(try await before.get() == 7)
        #expect(try await before.map { $0 + 1 }.get() == 8)
        #expect(!loop.inEventLoop)
    }

    @Test("is survived by promises, which many threads may settle")
    func promisesAfter() async throws {
        let loop = try PollLoop.start()
        let promises = (0..<100).map { _ in loop.makePromise(of: Int.self) }
        let sum = EventLoopFuture.reduce(0, promises.map(\.futureResult), on: loop, +)
        try await loop.shutdownGracefully()
        _ = try concurrently(4) { thread in
            for index in 0..<25 { promises[thread * 25 + index].succeed(1) }
        }
        #expect(try await sum.get() == 100)
    }

    @Test("leaves no thread for whom a stranger's could be taken")
    func threads() async throws {
        let loop = try PollLoop.start()
        try await loop.shutdownGracefully()
        // A new thread mostly gets the memory, and so the name, of one that has ended.
        let taken = try concurrently(16) { _ in loop.inEventLoop }
        #expect(!taken.contains(true))
        await #expect(throws: EventLoopError.shutdown) { try await loop.submit {}.get() }
    }

    @Test("leaves no descriptor and no memory, once nobody asks for the loop")
    func released() async throws {
        let diary = Diary<Int>()
        for round in 0..<20 {
            let pair = try SocketPair()
            await withCheckedContinuation { continuation in
                Task {
                    let loop = try PollLoop.start()
                    try await loop.submit {
                        // What is rung holds the loop itself, as careless users would.
                        let held = Witness { diary.note(round) }
                        loop.onAlarm = { withExtendedLifetime((held, loop)) {} }
                        loop.alarm = .now() + .hours(1)
                        try StreamSocket(descriptor: pair.ours, on: loop).start()
                    }.get()
                    _ = loop.scheduleTask(in: .hours(1)) { _ = loop }
                    loop.execute { _ = loop }
                    try await loop.shutdownGracefully()
                    // Let go of with the loop, after it has closed its descriptors.
                    let witness = Witness { continuation.resume() }
                    loop.onAlarm = { withExtendedLifetime(witness) {} }
                }
            }
            #expect(try pair.take() == [])
        }
        #expect(diary.all == Array(0..<20))
    }
}
