import Testing

@testable import ArbiterCore

@Suite("Workers")
struct ArbiterCoreWorkersTests {
    @Test("A death fails the calls that had begun, and only those; the others run elsewhere, in their turn")
    func death() {
        var machine = Machine.ready(workers: 2, lanes: 2)
        let calls = (0..<4).map { _ in machine.call() }
        let waiting = machine.call().id
        let dead = WorkerID(1)
        let mine = calls.filter { $0.actions.lane.worker == dead }
        var begun: [UInt64] = [0, 0]
        begun[mine[1].actions.lane.index] = mine[1].id.sequence
        let exit = machine.exit(dead, .signalled(11), begun: begun)
        #expect(exit.failures == [mine[1].id: .workerDied(dead, SlotID(0), .signalled(11))])
        let other = calls.first { $0.actions.lane.worker != dead }!
        let next = machine.reply(.response, other.id, on: other.actions.lane)
        #expect(next.dispatches.map(\.call) == [mine[0].id], "it goes before \(waiting)")
    }

    @Test("Calls that go back to wait keep the order in which they came, and go at once where a lane is free")
    func backInOrder() {
        var machine = Machine.ready(workers: 2, lanes: 3)
        let calls = (0..<5).map { _ in machine.call() }
        let mine = calls.filter { $0.actions.lane.worker == WorkerID(1) }.map(\.id)
        #expect(mine.count == 3)
        let exit = machine.exit(WorkerID(1), .exited(0), begun: [0, 0, 0])
        #expect(exit.dispatches.map(\.call) == [mine[0]])
        let other = calls.first { $0.actions.lane.worker == WorkerID(2) }!
        #expect(machine.reply(.response, other.id, on: other.actions.lane).dispatches.map(\.call) == [mine[1]])
    }

    @Test("A call that goes back may pass the backlog's bound, and one past its deadline fails instead")
    func backPastBound() {
        var machine = Machine.ready(lanes: 2) { $0.backlogPerApp = 1 }
        let late = machine.call(timeout: .seconds(1)).id
        let good = machine.call().id
        let waiting = machine.call().id
        let now = machine.now + .seconds(1)
        let exit = machine.core.workerExited(WorkerID(1), .exited(0), begun: [], now: now)
        #expect(exit.failures == [late: .timedOutWaiting(timeout: .seconds(1))])
        #expect(machine.core.apps[0].waiting == 2)
        #expect(machine.core.calls[good.index].state == .waiting && machine.core.calls[waiting.index].state == .waiting)
    }

    @Test("A call with chunks sent has begun, whatever the page says")
    func streamed() {
        var machine = Machine.ready()
        let (call, actions) = machine.call()
        machine.reply(.chunk, call, on: actions.lane)
        #expect(machine.exit(WorkerID(1), begun: []).failures.keys.contains(call))
    }

    @Test("The exit of a worker with an answered or abandoned call fails nobody")
    func nobody() {
        var machine = Machine.ready(lanes: 2)
        let answered = machine.call()
        let abandoned = machine.call()
        machine.reply(.response, answered.id, on: answered.actions.lane, busy: true)
        _ = machine.core.callCancelled(abandoned.id, now: machine.now)
        let exit = machine.exit(WorkerID(1), begun: [abandoned.id.sequence, answered.id.sequence])
        #expect(exit.failures.isEmpty)
        #expect(exit.first == .release(WorkerID(1)))
    }

    @Test("A worker that hosts other apps than it was told to is killed")
    func otherApps() {
        var machine = Machine(apps: [AppConfiguration(name: "a"), AppConfiguration(name: "b")], workers: 1)
        machine.start()
        let hosted = [HostedApp(app: AppID(0), isConcurrent: true, isPinned: false)]
        let actions = machine.core.workerReady(WorkerID(1), hosting: hosted, now: machine.now)
        #expect(actions == [.kill(WorkerID(1), .fault("hosts other apps than it was told to"))])
    }

    @Test("A worker that says twice that it is ready is killed")
    func twice() {
        var machine = Machine.ready()
        #expect(
            machine.ready(WorkerID(1)) == [.kill(WorkerID(1), .fault("said that it is ready while ready"))]
        )
    }

    @Test("A worker that can't load is given a second to exit, and killed then")
    func failedToLoad() {
        var machine = Machine(apps: [AppConfiguration(name: "a")], workers: 1)
        machine.start()
        let failed = machine.core.workerFailedToLoad(
            WorkerID(1),
            app: AppID(0),
            message: "no such file",
            now: machine.now
        )
        #expect(failed.isEmpty)
        #expect(machine.advance(by: .seconds(1)) == [.readLanes(WorkerID(1))])
        guard case .kill(WorkerID(1), .fault)? = machine.lanesRead(WorkerID(1)).first else {
            Issue.record("not killed")
            return
        }
    }

    @Test("A worker that loads for longer than it may is killed")
    func initTimeout() {
        var machine = Machine(apps: [AppConfiguration(name: "a")], workers: 1) { $0.initTimeout = .seconds(7) }
        machine.start()
        #expect(machine.advance(by: .milliseconds(6999)).isEmpty)
        #expect(machine.advance(by: .milliseconds(1)) == [.kill(WorkerID(1), .initTimeout)])
    }

    @Test("Words of a worker that were on their way when it was killed are let pass")
    func afterKill() {
        var machine = Machine(apps: [AppConfiguration(name: "a")], workers: 1)
        machine.start()
        machine.advance(by: .seconds(300))
        #expect(machine.ready(WorkerID(1)).isEmpty)
        let failed = machine.core.workerFailedToLoad(WorkerID(1), app: nil, message: "late", now: machine.now)
        #expect(failed.isEmpty)
    }
}
