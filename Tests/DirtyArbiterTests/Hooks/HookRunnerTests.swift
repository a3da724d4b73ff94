import ArbiterCore
import Logging
import Synchronization
import Testing

@testable import DirtyArbiter

@Suite("Hooks that are closures")
struct HookRunnerTests {
    /// What hooks did, in order.
    private final class Diary: Sendable {
        private let lines = Mutex<[String]>([])

        var all: [String] { lines.withLock { $0 } }

        func note(_ event: HookEvent) {
            lines.withLock { $0.append("\(event.worker ?? 0) \(event.moment.rawValue)") }
        }
    }

    private func runner(_ hooks: ArbiterHooks) throws -> HookRunner {
        HookRunner(
            hooks,
            socketPath: "/none",
            eventLoop: try PollLoop.start(),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
    }

    @Test("those of one worker wait for each other, and for those of no other")
    func order() async throws {
        let diary = Diary()
        let (gate, opener) = AsyncStream.makeStream(of: Void.self)
        var hooks = ArbiterHooks()
        hooks.postFork = .closure { event in
            // The first worker's is done only when all of the second's are.
            if event.worker == 1 { for await _ in gate {} }
            diary.note(event)
        }
        hooks.workerInit = .closure { diary.note($0) }
        hooks.workerExit = .closure { event in
            diary.note(event)
            if event.worker == 2 { opener.finish() }
        }
        let runner = try runner(hooks)
        for worker in 1...2 {
            runner.workerForked(WorkerID(worker), .forked(worker))
            runner.workerReady(WorkerID(worker))
            runner.workerEnded(WorkerID(worker), .exited(0), isExpected: true)
        }
        await runner.finish()
        let moments = ["dirty_post_fork", "dirty_worker_init", "dirty_worker_exit"]
        #expect(diary.all == moments.map { "2 \($0)" } + moments.map { "1 \($0)" })
    }

    @Test("one that goes on past its time is cancelled, and the next has its turn")
    func overrun() async throws {
        let diary = Diary()
        var hooks = ArbiterHooks()
        hooks.timeout = .milliseconds(20)
        hooks.postFork = .closure { event in
            try await Task.sleep(for: .seconds(3600))
            diary.note(event)
        }
        hooks.workerExit = .closure { diary.note($0) }
        let runner = try runner(hooks)
        runner.workerForked(WorkerID(1), .forked(1))
        runner.workerEnded(WorkerID(1), .signalled(9), isExpected: false)
        await runner.finish()
        #expect(diary.all == ["1 dirty_worker_exit"])
    }

    @Test("the first stops the start with what it throws")
    func start() async throws {
        struct NoLicence: Error, CustomStringConvertible {
            let description = "no licence today"
        }
        var hooks = ArbiterHooks()
        hooks.onStarting = .closure { event in
            if event.apps == ["search"] { throw NoLicence() }
        }
        let runner = try runner(hooks)
        await #expect(throws: Never.self) { try await runner.starting(["echo"]) }
        let error = await #expect(throws: ArbiterError.self) { try await runner.starting(["search"]) }
        #expect(error?.message == "on_dirty_starting stopped the start: no licence today")
    }

    @Test("a worker whose process never began has none")
    func neverStarted() async throws {
        let diary = Diary()
        var hooks = ArbiterHooks()
        hooks.workerExit = .closure { diary.note($0) }
        let runner = try runner(hooks)
        runner.workerEnded(WorkerID(1), .notStarted("no such file"), isExpected: false)
        await runner.finish()
        #expect(diary.all.isEmpty)
    }
}
