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
///
/// `@unchecked`: `jobs` and `isOver` are only touched with the mutex held.
final class LaneExecutor: TaskExecutor, @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private let thread = pthread_self()
    private var jobs: [UnownedJob] = []
    private var isOver = false

    /// An executor of the calling thread; nothing runs before ``runUntilOver()``.
    private init() {
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        pthread_cond_destroy(condition)
        mutex.deallocate()
        condition.deallocate()
    }

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
        pthread_mutex_lock(mutex)
        let isOver = isOver
        if !isOver { jobs.append(job) }
        pthread_mutex_unlock(mutex)
        if isOver {
            // From a task that outlived the action: the lane serves another call by now.
            globalConcurrentExecutor.enqueue(job)
        } else if !isCurrentThread {
            pthread_cond_signal(condition)
        }
    }

    private func end() {
        pthread_mutex_lock(mutex)
        isOver = true
        pthread_mutex_unlock(mutex)
        // Not always on the lane's thread: a body that ends inside another executor comes back from there.
        if !isCurrentThread { pthread_cond_signal(condition) }
    }

    private func runUntilOver() {
        while true {
            pthread_mutex_lock(mutex)
            while jobs.isEmpty, !isOver { pthread_cond_wait(condition, mutex) }
            let batch = jobs
            jobs = []
            let isOver = isOver
            pthread_mutex_unlock(mutex)
            for job in batch {
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
