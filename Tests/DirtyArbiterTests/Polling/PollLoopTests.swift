import NIOCore
import TestSupport
import Testing

@testable import DirtyArbiter

@Suite("The event loop", .timeLimit(.minutes(1)))
struct PollLoopTests {
    // MARK: Tasks

    @Test("runs what is posted on its own thread, in order")
    func order() async throws {
        try await withLoop { loop in
            let diary = Diary<Int>()
            #expect(!loop.inEventLoop)
            for number in 0..<100 { loop.execute { diary.note(loop.inEventLoop ? number : -1) } }
            try await loop.submit {}.get()
            #expect(diary.all == Array(0..<100))
        }
    }

    @Test("runs what its own tasks post after them, and before what waits meanwhile is over")
    func postedWithin() async throws {
        try await withLoop { loop in
            let diary = Diary<Int>()
            try await loop.flatSubmit {
                diary.note(1)
                loop.execute { diary.note(3) }
                let inner = loop.submit { diary.note(4) }
                diary.note(2)
                return inner
            }.get()
            #expect(diary.all == [1, 2, 3, 4])
        }
    }

    @Test("gives what a task gives, or why it failed")
    func results() async throws {
        try await withLoop { loop in
            let given = try await loop.submit { 7 }.get()
            #expect(given == 7)
            await #expect(throws: TestFailure.self) { try await loop.submit { throw TestFailure("no") }.get() }
        }
    }

    @Test("runs each task of many threads once, and those of each in order")
    func manyThreads() async throws {
        try await withLoop { loop in
            let diary = Diary<Int>()
            _ = try concurrently(4) { thread in
                for number in 0..<1000 {
                    loop.execute { diary.note(thread * 1000 + number) }
                    if number % 100 == 0 { try loop.submit {}.wait() }
                }
            }
            try await loop.submit {}.get()
            for thread in 0..<4 {
                #expect(diary.all.filter { $0 / 1000 == thread } == Array(thread * 1000..<thread * 1000 + 1000))
            }
        }
    }

    // MARK: Time

    @Test("does what is scheduled in the order of its time, from this thread or that")
    func schedule() async throws {
        try await withLoop { loop in
            let diary = Diary<Int>()
            let now = NIODeadline.now()
            let last = loop.scheduleTask(deadline: now + .milliseconds(600)) { diary.note(3) }
            _ = loop.scheduleTask(deadline: now + .milliseconds(400)) { diary.note(2) }
            try await loop.submit { _ = loop.scheduleTask(deadline: now + .milliseconds(200)) { diary.note(1) } }.get()
            try await last.futureResult.get()
            #expect(diary.all == [1, 2, 3])
            #expect(NIODeadline.now() >= now + .milliseconds(600))
        }
    }

    @Test("what is overdue when it is scheduled is done at once, one after the other")
    func overdue() async throws {
        try await withLoop { loop in
            let diary = Diary<Int>()
            let past = NIODeadline.now() - .seconds(1)
            let tasks = try await loop.submit {
                (0..<5).map { number in loop.scheduleTask(deadline: past) { diary.note(number) } }
            }.get()
            for task in tasks { try await task.futureResult.get() }
            #expect(diary.all == Array(0..<5))
        }
    }

    @Test("what a scheduled task gives or throws is its future's")
    func scheduledResults() async throws {
        try await withLoop { loop in
            let given = try await loop.scheduleTask(in: .zero) { 7 }.futureResult.get()
            #expect(given == 7)
            let failing = loop.scheduleTask(in: .zero) { throw TestFailure("no") }
            await #expect(throws: TestFailure.self) { try await failing.futureResult.get() }
        }
    }

    @Test("what is cancelled isn't done, from this thread or that", arguments: [true, false])
    func cancelled(_ isInLoop: Bool) async throws {
        try await withLoop { loop in
            let diary = Diary<Int>()
            let now = NIODeadline.now()
            let task = loop.scheduleTask(deadline: now + .milliseconds(500)) { diary.note(1) }
            if isInLoop { try await loop.submit { task.cancel() }.get() } else { task.cancel() }
            task.cancel()
            await #expect(throws: EventLoopError.cancelled) { try await task.futureResult.get() }
            try await loop.scheduleTask(deadline: now + .milliseconds(600)) {}.futureResult.get()
            #expect(diary.all == [])
        }
    }

    @Test("what is repeated is done again and again until it is cancelled")
    func repeated() async throws {
        try await withLoop { loop in
            let promise = loop.makePromise(of: Void.self)
            let ended = loop.makePromise(of: Void.self)
            let diary = Diary<Int>()
            loop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(1), notifying: ended) { task in
                diary.note(diary.all.count)
                guard diary.all.count == 3 else { return }
                task.cancel()
                promise.succeed()
            }
            try await promise.futureResult.get()
            try await ended.futureResult.get()
            #expect(diary.all == [0, 1, 2])
        }
    }

    // MARK: The alarm

    /// Sets the alarm and fulfils the future with when it went off first.
    private func alarm(_ loop: PollLoop, _ deadlines: NIODeadline...) async throws -> NIODeadline {
        try await loop.flatSubmit {
            let promise = loop.makePromise(of: NIODeadline.self)
            loop.onAlarm = { promise.succeed(.now()) }
            for deadline in deadlines { loop.alarm = deadline }
            return promise.futureResult
        }.get()
    }

    @Test("goes off at its time, which may be set to an earlier or a later one")
    func alarmTimes() async throws {
        try await withLoop { loop in
            let now = NIODeadline.now()
            let first = try await alarm(loop, now + .milliseconds(5))
            #expect(first >= now + .milliseconds(5))
            let earlier = try await alarm(loop, now + .seconds(3600), now + .milliseconds(10))
            #expect(earlier < now + .seconds(1800))
            let start = NIODeadline.now()
            let later = try await alarm(loop, start + .milliseconds(1), start + .milliseconds(20))
            #expect(later >= start + .milliseconds(20))
        }
    }

    @Test("goes off once, and again if it is set by who is rung")
    func alarmAgain() async throws {
        try await withLoop { loop in
            let diary = Diary<Int>()
            let promise = loop.makePromise(of: Void.self)
            try await loop.submit {
                loop.onAlarm = {
                    diary.note(1)
                    if diary.all.count < 3 { loop.alarm = .now() } else { promise.succeed() }
                }
                loop.alarm = .now() - .seconds(1)
            }.get()
            try await promise.futureResult.get()
            try await loop.turns()
            #expect(diary.all.count == 3)
            #expect(try await loop.submit { loop.alarm }.get() == .distantFuture)
        }
    }

    @Test("doesn't go off once it is taken back, though it was due")
    func alarmTakenBack() async throws {
        try await withLoop { loop in
            let diary = Diary<Int>()
            try await loop.submit {
                loop.onAlarm = { diary.note(1) }
                loop.alarm = .now() - .seconds(1)
                loop.alarm = .distantFuture
            }.get()
            try await loop.turns()
            #expect(diary.all == [])
        }
    }
}
