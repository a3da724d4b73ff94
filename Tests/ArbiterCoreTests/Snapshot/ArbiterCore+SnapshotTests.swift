import Testing

@testable import ArbiterCore

@Suite("Snapshot")
struct ArbiterCoreSnapshotTests {
    @Test("A snapshot counts what waits, runs and has ended, by app and in all")
    func counts() {
        var app = AppConfiguration(name: "a")
        app.timeout = .seconds(5)
        var machine = Machine(apps: [app, AppConfiguration(name: "b")], workers: 1) { $0.backlogPerApp = 3 }
        machine.start()
        machine.advance(by: .seconds(2))
        machine.readyAll()
        let lane = LaneID(worker: WorkerID(1), index: 0)
        for reply in [LaneReply.response, .error, .end, .rejection] {
            let call = machine.call().id
            machine.advance(by: .milliseconds(100))
            machine.reply(reply, call, on: lane)
        }
        let running = machine.call().id
        let waiting = machine.call().id
        _ = machine.core.callCancelled(waiting, now: machine.now)
        for _ in 0..<3 { _ = machine.call() }
        _ = machine.refusal()
        _ = machine.call(1)
        let snapshot = machine.core.snapshot(now: machine.now)
        #expect(snapshot.phase == .serving)
        #expect(snapshot.uptime == .milliseconds(2400))
        #expect(snapshot.callsAccepted == 10)
        #expect(snapshot.callsWaiting == 4)
        #expect(snapshot.callsRunning == 1)
        #expect(snapshot.usedBytes == 50)
        let first = snapshot.apps[0]
        #expect(first.backlog == 3 && first.running == 1 && first.readyWorkers == 1 && first.slots == [SlotID(0)])
        #expect(first.outcomes.answered == 2)
        #expect(first.outcomes.failed == 1)
        #expect(first.outcomes.rejected == 1)
        #expect(first.outcomes.cancelled == 1)
        #expect(first.outcomes.overloaded == 1)
        #expect(snapshot.outcomes == first.outcomes)
        #expect(first.latency?.count == 4)
        #expect(first.latency?.longest == .milliseconds(100))
        #expect(first.crashLooping == nil)
        #expect(snapshot.apps[1].backlog == 1 && snapshot.apps[1].latency == nil)
        let worker = snapshot.workers[0]
        #expect(worker.state == .ready && worker.callsServed == 4 && worker.lanes == 1 && worker.lanesBusy == 1)
        #expect(worker.apps == [AppID(0), AppID(1)] && worker.generation == 0 && worker.restarts == 0)
        #expect(machine.advance(by: .seconds(5)).failures.keys.contains(running))
        #expect(machine.core.snapshot(now: machine.now).outcomes.timedOut == 1)
    }

    @Test("A snapshot shows slots that wait for a worker, and workers that are ending")
    func slots() {
        var machine = Machine.ready(workers: 2)
        machine.exit(WorkerID(1))
        machine.perform(machine.core.restart(SlotID(1), now: machine.now))
        machine.ready(WorkerID(3))
        let snapshot = machine.core.snapshot(now: machine.now)
        #expect(snapshot.slots.map(\.worker) == [nil, WorkerID(3)])
        #expect(snapshot.slots[0].nextSpawn.map { $0 > .zero && $0 <= .milliseconds(200) } ?? false)
        #expect(snapshot.slots[1].nextSpawn == nil)
        #expect(snapshot.workers.map(\.worker) == [WorkerID(2), WorkerID(3)])
        #expect(snapshot.workers.map(\.state) == [.retiring, .ready])
        #expect(snapshot.workers.map(\.restarts) == [1, 1])
        #expect(snapshot.outcomes == CallOutcomes())
    }
}
