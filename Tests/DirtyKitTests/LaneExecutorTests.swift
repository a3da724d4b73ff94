import DirtyKit
import DirtyKitTesting
import Glibc
import Testing

@Suite("Async actions on their lane's thread")
struct LaneExecutorTests {
    @Test("the task and its children run on the lane's thread, also after a sleep and after an actor")
    func oneThread() async throws {
        let host = try TestHost(Threads.self)
        #expect(try await host.call("hops") == [true, true, true, true])
    }

    @Test("a task of its own, and the shared pool on request, run elsewhere")
    func otherThreads() async throws {
        let host = try TestHost(Threads.self)
        #expect(try await host.call("leaves") == [false, false])
    }

    @Test("64 async calls that block their threads overlap: none takes a thread of the shared pool")
    func blocking() async throws {
        let host = try TestHost(Threads.self)
        try await withThrowingTaskGroup { group in
            for _ in 0..<64 { group.addTask { try await host.call("meet", 64) } }
            try await group.waitForAll()
        }
    }

    @Test("many short async calls, one after the other, each get their own answer")
    func manyCalls() async throws {
        let host = try TestHost(Threads.self)
        for number in 0..<500 { #expect(try await host.call("twice", number) == 2 * number) }
    }
}

/// An app that looks at the threads it runs on.
private final class Threads: ConcurrentDirtyApp {
    /// Something with an executor of its own, unless the task has a preference.
    private actor Elsewhere {
        func isOn(_ thread: pthread_t) -> Bool { pthread_equal(thread, pthread_self()) != 0 }
    }

    private let elsewhere = Elsewhere()
    private let arrivals = Arrivals()

    init(context: AppContext) {}

    private static func isOn(_ thread: pthread_t) -> Bool { pthread_equal(thread, pthread_self()) != 0 }

    /// Not callable from async code directly: there, threads change.
    private static func current() -> pthread_t { pthread_self() }

    static var actions: Actions<Threads> {
        Action("hops") { app in
            let lane = current()
            var seen = [await app.elsewhere.isOn(lane)]
            try await Task.sleep(for: .milliseconds(1))
            seen.append(isOn(lane))
            async let child = isOn(lane)
            seen.append(await child)
            seen.append(
                await withTaskGroup { group in
                    for _ in 0..<4 { group.addTask { isOn(lane) } }
                    return await group.allSatisfy { $0 }
                }
            )
            return seen
        }
        Action("leaves") { app in
            let lane = current()
            let detached = await Task.detached { isOn(lane) }.value
            let pool = await withTaskExecutorPreference(globalConcurrentExecutor) { isOn(lane) }
            return [detached, pool]
        }
        Action("meet", Parameter("count", Int.self)) { app, count in
            await Task.yield()
            app.arrivals.arrive(andWaitFor: count)
        }
        Action("twice", Parameter("number", Int.self)) { _, number in
            async let half = number
            return await half + number
        }
    }
}

/// Where threads wait for each other, blocking.
///
/// `@unchecked`: `count` is only touched with the mutex held.
private final class Arrivals: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var count = 0

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        mutex.deallocate()
        condition.deallocate()
    }

    func arrive(andWaitFor expected: Int) {
        pthread_mutex_lock(mutex)
        count += 1
        pthread_cond_broadcast(condition)
        while count < expected { pthread_cond_wait(condition, mutex) }
        pthread_mutex_unlock(mutex)
    }
}
