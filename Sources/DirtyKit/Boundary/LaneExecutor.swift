#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Runs the task of one async action on the lane's own thread.
///
/// While an async action runs, its lane has nothing else to do: a lane takes one call at a time. So `handle` doesn't
/// return PENDING and leave the thread idle, it lends the thread: the action's task and its child tasks run here, in
/// turns. What follows from it:
/// - author code may block, and `emit` may wait for a slow client, without taking a thread from Swift's shared pool,
///   which has one a core and would starve every other call;
/// - no call costs a hop to another thread and back;
/// - tasks made with `Task {}` and code in `withTaskExecutorPreference(globalConcurrentExecutor)` run on the shared
///   pool as usual.
final class LaneExecutor: TaskExecutor {
    /// What is to be run.
    private struct State {
        var jobs: [UnownedJob] = []
        /// Whether the action's task has ended.
        var isOver = false
    }

    private let thread = pthread_self()
    private let monitor = Monitor(State())

    /// An executor of the calling thread; nothing runs before ``runUntilOver()``.
    private init() {}

    /// Whether the caller is on the lane's thread.
    var isCurrentThread: Bool { pthread_equal(thread, pthread_self()) != 0 }

    /// Runs `body` as a task on this thread, and returns when it has ended.
    /// - Parameter started: Is given the task before it runs, to make it known to whoever may cancel it.
    static func run<Result>(
        started: (Task<Void, Never>) -> Void,
        _ body: @escaping (LaneExecutor) async throws -> Result
    ) throws -> Result {
        let executor = LaneExecutor()
        let work = Handover(body)
        let outcome = Handover<Swift.Result<Result, any Error>?>(nil)
        let task = Task(executorPreference: executor) {
            do {
                outcome.value = .success(try await work.value(executor))
            } catch {
                outcome.value = .failure(error)
            }
            executor.end()
        }
        started(task)
        executor.runUntilOver()
        guard let result = outcome.value else { preconditionFailure("the task ended without an outcome") }
        return try result.get()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let add = { (state: inout State) in
            if !state.isOver { state.jobs.append(job) }
            return state.isOver
        }
        // The lane's own thread isn't waiting while it enqueues.
        if isCurrentThread ? monitor.withLock(add) : monitor.change(add) {
            // From a task that outlived the action: the lane serves another call by now.
            globalConcurrentExecutor.enqueue(job)
        }
    }

    private func end() {
        monitor.change { $0.isOver = true }
    }

    private func runUntilOver() {
        while true {
            let (jobs, isOver) = monitor.wait { state -> ([UnownedJob], Bool)? in
                guard !state.jobs.isEmpty || state.isOver else { return nil }
                defer { state.jobs = [] }
                return (state.jobs, state.isOver)
            }
            for job in jobs {
                if isOver {
                    globalConcurrentExecutor.enqueue(job)
                } else {
                    job.runSynchronously(on: asUnownedTaskExecutor())
                }
            }
            if isOver { return }
        }
    }
}

/// Carries a value into the task that takes over from this thread, and its outcome back.
///
/// `@unchecked`: the two never run at the same time. The thread only runs the task's jobs between making it and reading
/// the outcome.
private final class Handover<Value>: @unchecked Sendable {
    var value: Value

    init(_ value: Value) { self.value = value }
}
