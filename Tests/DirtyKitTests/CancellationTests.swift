import DirtyKit
import DirtyKitTesting
import Testing

@Suite("Cancellation and deadlines")
struct CancellationTests {
    let host = try! TestHost(Waiter.self)

    @Test("a cancelled call ends with status cancelled", arguments: ["poll", "check", "async", "async_children"])
    func cancel(_ action: String) async throws {
        let call = try host.start(action)
        try await host.call("wait_for_start")
        call.cancel()
        let error = try await #require(throws: AppError.self) { try await call.result(as: JSON.self) }
        #expect(error.status == .cancelled)
        #expect(error.message == "the call was cancelled")
        #expect(call.lateEvents == 0)
    }

    @Test(
        "a call past its deadline ends with status deadline",
        arguments: ["poll", "check", "async", "async_children"]
    )
    func deadline(_ action: String) async throws {
        let error = try await #require(throws: AppError.self) {
            try await host.call(action, timeout: .milliseconds(30))
        }
        #expect(error.status == .deadline)
        #expect(error.message == "the call's deadline has passed")
    }

    @Test("an async action that is cancelled before it starts starts cancelled")
    func cancelledBefore() async throws {
        let host = try TestHost(SerialWaiter.self)
        let first = try host.start("until_cancelled")
        let second = try host.start("was_cancelled")
        second.cancel()
        first.cancel()
        _ = try? await first.result(as: JSON.self)
        #expect(try await second.result() == true)
    }

    @Test("the deadline is told as an instant and as the time that is left")
    func deadlineTold() async throws {
        #expect(try await host.call("time_left") == JSON.null)
        #expect(try await host.call("has_deadline") == false)
        let left: Double = try await host.call("time_left", timeout: .seconds(100))
        #expect(left > 0 && left <= 100)
        #expect(try await host.call("has_deadline", timeout: .seconds(100)) == true)
    }

    @Test("a context kept after the call's end says that nobody waits")
    func keptContext() async throws {
        #expect(try await host.call("keep") == false)
        #expect(try await host.call("kept_is_cancelled") == true)
    }

    @Test("an app that ignores its cancellation may still answer")
    func stubborn() async throws {
        let host = try TestHost(SerialWaiter.self)
        let call = try host.start("stubborn")
        call.cancel()
        #expect(try await call.result() == "done anyway")
    }

    @Test("calls of a serial app run in the order in which they began")
    func order() async throws {
        let host = try TestHost(SerialWaiter.self)
        let calls = try (0..<100).map { try host.start("note", $0) }
        for call in calls { _ = try await call.result(as: JSON.self) }
        #expect(try await host.call("noted") == Array(0..<100))
    }

    @Test("calls of a serial app take turns, those of a concurrent one overlap")
    func turns() async throws {
        let serial = try TestHost(SerialWaiter.self)
        try await withThrowingTaskGroup { group in
            for _ in 0..<20 { group.addTask { try await serial.call("enter") } }
            try await group.waitForAll()
        }
        #expect(try await serial.call("most_at_once") == 1)

        // Each waits for the other: only overlapping calls can end.
        async let one: JSON = host.call("meet", "a", "b")
        async let two: JSON = host.call("meet", "b", "a")
        _ = try await (one, two)
    }
}

/// A concurrent app whose actions wait.
private final class Waiter: ConcurrentDirtyApp {
    /// What has happened so far, and who waits for more.
    private actor Events {
        private var seen: [String: Int] = [:]
        private var waiting: [(name: String, continuation: CheckedContinuation<Void, Never>)] = []
        var kept: CallContext?

        func happen(_ name: String) {
            seen[name, default: 0] += 1
            let ready = waiting.filter { $0.name == name }
            waiting.removeAll { $0.name == name }
            for waiter in ready { waiter.continuation.resume() }
        }

        /// Waits for `name`, and uses it up.
        func wait(for name: String) async {
            while seen[name, default: 0] == 0 {
                await withCheckedContinuation { waiting.append((name, $0)) }
            }
            seen[name, default: 0] -= 1
        }

        func keep(_ context: CallContext) { kept = context }
    }

    private let events = Events()

    init(context: AppContext) {}

    /// From a lane's thread, which may wait.
    private func started() {
        let events = events
        Task { await events.happen("start") }
    }

    static var actions: Actions<Waiter> {
        Action("wait_for_start") { await $0.events.wait(for: "start") }
        Action("poll") { app, call -> Void in
            app.started()
            while !call.isCancelled {}
            throw CancellationError()
        }
        Action("check") { app, call -> Void in
            app.started()
            while true { try call.checkCancellation() }
        }
        Action("async") { app in
            app.started()
            try await Task.sleep(for: .seconds(1000))
        }
        Action("async_children") { app in
            app.started()
            try await withThrowingTaskGroup { group in
                for _ in 0..<3 { group.addTask { try await Task.sleep(for: .seconds(1000)) } }
                try await group.waitForAll()
            }
        }
        Action("time_left") { _, call in
            call.timeRemaining.map { Double($0.components.seconds) + Double($0.components.attoseconds) / 1e18 }
        }
        Action("has_deadline") { _, call in call.deadline.map { $0 > .now } ?? false }
        Action("keep") { app, call in
            await app.events.keep(call)
            return call.isCancelled
        }
        Action("kept_is_cancelled") { await $0.events.kept?.isCancelled }
        Action("meet", Parameter("mine", String.self), Parameter("other", String.self)) { app, mine, other in
            await app.events.happen(mine)
            await app.events.wait(for: other)
        }
    }
}

/// A serial app: no locks.
private final class SerialWaiter: DirtyApp {
    private var inside = 0
    private var most = 0
    private var notes: [Int] = []

    init(context: AppContext) {}

    static var actions: Actions<SerialWaiter> {
        Action("until_cancelled") { _, call -> Void in while true { try call.checkCancellation() } }
        Action("was_cancelled") { _ in
            await Task.yield()
            return Task.isCancelled
        }
        Action("stubborn") { _, call in
            while !call.isCancelled {}
            return "done anyway"
        }
        Action("enter") { app in
            app.inside += 1
            app.most = max(app.most, app.inside)
            // Gives another call the chance to come in, if the host let it.
            for _ in 0..<10 { await Task.yield() }
            app.inside -= 1
        }
        Action("most_at_once") { $0.most }
        Action("note", Parameter("number", Int.self)) { app, number in app.notes.append(number) }
        Action("noted") { $0.notes }
    }
}
