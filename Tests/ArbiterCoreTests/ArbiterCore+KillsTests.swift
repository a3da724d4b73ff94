import Testing

@testable import ArbiterCore

@Suite("Kills")
struct ArbiterCoreKillsTests {
    /// A worker with four lanes for an app that may run for a second.
    private static func machine() -> Machine {
        var app = AppConfiguration(name: "hasty")
        app.timeout = .seconds(1)
        var patient = AppConfiguration(name: "patient")
        patient.timeout = nil
        var machine = Machine(apps: [app, patient], workers: 1, lanes: 4) { $0.gracefulTimeout = .seconds(10) }
        machine.start()
        machine.readyAll()
        return machine
    }

    @Test("After the grace the lanes are read once more, and the worker is killed if its call still runs")
    func grace() {
        var machine = Self.machine()
        let call = machine.call().id
        machine.advance(by: .seconds(1))
        #expect(machine.advance(by: .milliseconds(999)).isEmpty)
        #expect(machine.advance(by: .milliseconds(1)) == [.readLanes(WorkerID(1))])
        #expect(machine.lanesRead(WorkerID(1)) == [.kill(WorkerID(1), .overran(call, app: AppID(0)))])
        #expect(machine.lanesRead(WorkerID(1)).isEmpty)
    }

    @Test("An answer found when the lanes are read saves the worker")
    func savedByReading() {
        var machine = Self.machine()
        let (call, actions) = machine.call()
        machine.advance(by: .seconds(2))
        #expect(machine.reply(.response, call, on: actions.lane).isEmpty)
        #expect(machine.lanesRead(WorkerID(1)).isEmpty)
        #expect(machine.call().actions.dispatches.count == 1)
        #expect(machine.core.snapshot(now: machine.now).workers[0].state == .ready)
    }

    @Test("Calls on the other lanes get the graceful timeout to end before their worker is killed")
    func othersFirst() {
        var machine = Self.machine()
        _ = machine.call(0)
        let other = machine.call(1)
        #expect(machine.advance(by: .seconds(2)).failures.count == 1)
        #expect(machine.call(1).actions.isEmpty, "nothing new goes to it")
        #expect(machine.advance(by: .seconds(5)).isEmpty)
        #expect(
            machine.reply(.response, other.id, on: other.actions.lane) == [
                .forward(other.id, ends: true), .readLanes(WorkerID(1)),
            ]
        )
    }

    @Test("Calls on the other lanes that don't end in time die with their worker")
    func othersLate() {
        var machine = Self.machine()
        let hung = machine.call(0).id
        let other = machine.call(1).id
        machine.advance(by: .seconds(2))
        #expect(machine.advance(by: .milliseconds(9999)).isEmpty)
        #expect(machine.advance(by: .milliseconds(1)) == [.readLanes(WorkerID(1))])
        #expect(machine.lanesRead(WorkerID(1)) == [.kill(WorkerID(1), .overran(hung, app: AppID(0)))])
        let begun = machine.core.workers[0].lanes.map(\.call.sequence)
        let exit = machine.exit(WorkerID(1), .signalled(9), begun: begun)
        #expect(exit.failures == [other: .workerDied(WorkerID(1), SlotID(0), .signalled(9))])
    }

    @Test("A worker is spared when its overrunning call ends while others have time left")
    func sparedInSuspense() {
        var machine = Self.machine()
        let hung = machine.call(0)
        _ = machine.call(1)
        machine.advance(by: .seconds(5))
        #expect(machine.reply(.response, hung.id, on: hung.actions.lane).isEmpty)
        #expect(machine.advance(by: .seconds(60)).isEmpty)
        #expect(machine.call(1).actions.dispatches.count == 1)
    }

    @Test("A second call that overruns has its own grace before the worker is killed")
    func secondGrace() {
        var machine = Self.machine()
        _ = machine.call(0)
        machine.advance(by: .milliseconds(500))
        _ = machine.call(0)
        machine.advance(by: .milliseconds(1500))
        #expect(machine.core.workers[0].sentence == .suspended)
        #expect(machine.advance(by: .milliseconds(499)).isEmpty)
        #expect(machine.advance(by: .milliseconds(1)) == [.readLanes(WorkerID(1))])
    }

    @Test("A call that is sentenced isn't confused with one that is still in its grace")
    func graceOfAnother() {
        var machine = Self.machine()
        let first = machine.call(0)
        machine.advance(by: .milliseconds(500))
        let second = machine.call(0).id
        machine.advance(by: .milliseconds(1500))
        machine.reply(.response, first.id, on: first.actions.lane)
        #expect(machine.core.workers[0].sentence == .none)
        machine.advance(by: .milliseconds(500))
        #expect(machine.lanesRead(WorkerID(1)) == [.kill(WorkerID(1), .overran(second, app: AppID(0)))])
    }

    @Test("A worker that closes a lane gets nothing new, and is killed if it doesn't exit within a second")
    func laneClosed() {
        var machine = Self.machine()
        let lane = LaneID(worker: WorkerID(1), index: 2)
        #expect(machine.core.laneClosed(lane, now: machine.now).isEmpty)
        #expect(machine.core.laneClosed(lane, now: machine.now).isEmpty)
        #expect(machine.call().actions.isEmpty)
        #expect(machine.advance(by: .milliseconds(999)).isEmpty)
        #expect(machine.advance(by: .milliseconds(1)) == [.readLanes(WorkerID(1))])
        guard case .kill(WorkerID(1), .fault(let what))? = machine.lanesRead(WorkerID(1)).first else {
            Issue.record("not killed")
            return
        }
        #expect(what == "closed lane 2 and went on")
    }

    @Test("A worker that closes a lane and exits is replaced without a kill")
    func laneClosedBeforeExit() {
        var machine = Self.machine()
        _ = machine.core.laneClosed(LaneID(worker: WorkerID(1), index: 0), now: machine.now)
        machine.exit(WorkerID(1), .exited(4))
        #expect(machine.advance(by: .seconds(1)).spawned == [WorkerID(2)])
    }

    @Test("A worker whose time to end is over is killed even if its last call ends while its lanes are read")
    func lateEnd() {
        var machine = Self.machine()
        let (call, actions) = machine.call(1)
        machine.perform(machine.core.restart(SlotID(0), now: machine.now))
        machine.ready(WorkerID(2))
        #expect(machine.advance(by: .seconds(10)) == [.readLanes(WorkerID(1))])
        #expect(machine.reply(.response, call, on: actions.lane) == [.forward(call, ends: true)])
        #expect(machine.lanesRead(WorkerID(1)) == [.kill(WorkerID(1), .lingered)])
    }

    @Test("A killed worker that doesn't exit has its slot filled after the kill wait; its exit changes nothing then")
    func killWait() {
        var machine = Self.machine()
        let (served, actions) = machine.call()
        machine.reply(.response, served, on: actions.lane)
        _ = machine.call()
        machine.advance(by: .seconds(2))
        machine.lanesRead(WorkerID(1))
        #expect(machine.advance(by: .milliseconds(999)).isEmpty)
        #expect(machine.advance(by: .milliseconds(1)).spawned == [WorkerID(2)])
        machine.ready(WorkerID(2))
        #expect(
            machine.exit(WorkerID(1), .signalled(9)) == [
                .release(WorkerID(1)),
                .report(.ended(WorkerID(1), SlotID(0), .signalled(9), expected: false, next: nil)),
            ]
        )
        #expect(machine.call().actions.lane.worker == WorkerID(2))
    }
}
