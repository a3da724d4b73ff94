import Testing

@testable import ArbiterCore

@Suite("Stopping")
struct ArbiterCoreStoppingTests {
    @Test("A graceful stop fails what waits, lets what runs end, closes the workers, and ends")
    func graceful() {
        var machine = Machine.ready(workers: 2)
        let (running, actions) = machine.call()
        #expect(machine.stop(graceful: true) == [.retire(WorkerID(2))])
        #expect(machine.refusal() == .noWorkers(.stopping, retryAfter: nil))
        #expect(machine.stop(graceful: true).isEmpty)
        #expect(
            machine.reply(.response, running, on: actions.lane) == [
                .forward(running, ends: true), .retire(WorkerID(1)),
            ]
        )
        #expect(!machine.exit(WorkerID(1), .exited(0)).contains(.finishStopping))
        #expect(
            machine.exit(WorkerID(2), .exited(0)) == [
                .release(WorkerID(2)),
                .report(.ended(WorkerID(2), SlotID(1), .exited(0), expected: true, next: nil)),
                .finishStopping,
            ]
        )
        #expect(machine.core.nextDeadline == nil)
    }

    @Test("Waiting calls fail with `stopping`, those bound by affinity too")
    func waiting() {
        var machine = Machine.ready()
        _ = machine.call()
        let waiting = [machine.call().id, machine.call(affinity: 1).id]
        let failure = Failure.noWorkers(.stopping, retryAfter: nil)
        #expect(machine.stop(graceful: true).failures == [waiting[0]: failure, waiting[1]: failure])
    }

    @Test("What still runs after the graceful timeout is told to stop, answered, and killed")
    func late() {
        var machine = Machine.ready { $0.gracefulTimeout = .seconds(3) }
        let (call, actions) = machine.call()
        machine.stop(graceful: true)
        #expect(machine.advance(by: .seconds(3)) == [.readLanes(WorkerID(1))])
        #expect(
            machine.lanesRead(WorkerID(1)) == [
                .cancel(actions.lane, sequence: call.sequence, .cancelled),
                .fail(call, .interrupted(WorkerID(1), isStopping: true)),
                .kill(WorkerID(1), .lingered),
            ]
        )
        #expect(machine.exit(WorkerID(1), .signalled(9)).last == .finishStopping)
    }

    @Test("A worker that doesn't close its apps by the same deadline is killed")
    func slowClose() {
        var machine = Machine.ready { $0.gracefulTimeout = .seconds(3) }
        let (call, actions) = machine.call()
        machine.stop(graceful: true)
        machine.advance(by: .seconds(2))
        machine.reply(.response, call, on: actions.lane)
        #expect(machine.advance(by: .seconds(1)) == [.readLanes(WorkerID(1))])
        #expect(machine.lanesRead(WorkerID(1)) == [.kill(WorkerID(1), .lingered)])
    }

    @Test("An immediate stop kills every worker and answers every call")
    func immediate() {
        var machine = Machine.ready(workers: 1)
        let running = machine.call().id
        let waiting = machine.call().id
        let stop = machine.stop(graceful: false)
        #expect(stop.contains(.kill(WorkerID(1), .stopping)))
        #expect(
            stop.failures == [
                running: .interrupted(WorkerID(1), isStopping: true), waiting: .noWorkers(.stopping, retryAfter: nil),
            ]
        )
        #expect(machine.exit(WorkerID(1), .signalled(9)).last == .finishStopping)
        #expect(machine.stop(graceful: false).isEmpty)
    }

    @Test("An immediate stop overtakes a graceful one")
    func impatient() {
        var machine = Machine.ready()
        let call = machine.call().id
        machine.stop(graceful: true)
        let stop = machine.stop(graceful: false)
        #expect(stop == [.kill(WorkerID(1), .stopping), .fail(call, .interrupted(WorkerID(1), isStopping: true))])
        #expect(machine.core.timers.count == 1, "only the kill wait is left")
    }

    @Test("Workers that are still starting are killed, and none is spawned any more")
    func starting() {
        var machine = Machine.ready(workers: 2)
        machine.exit(WorkerID(1))
        machine.perform(machine.core.restart(SlotID(1), now: machine.now))
        let stop = machine.stop(graceful: true)
        #expect(stop.contains(.kill(WorkerID(3), .stopping)))
        #expect(stop.contains(.retire(WorkerID(2))))
        #expect(machine.exit(WorkerID(2), .exited(0)).spawned.isEmpty)
        #expect(machine.exit(WorkerID(3), .signalled(9)).last == .finishStopping)
        #expect(machine.core.workersWanted(5, now: machine.now).isEmpty)
        #expect(machine.core.restart(SlotID(0), now: machine.now).isEmpty)
    }

    @Test("A call that hadn't begun on a worker that dies in a stop fails as if it had waited")
    func deathInStop() {
        var machine = Machine.ready()
        let call = machine.call().id
        machine.stop(graceful: true)
        #expect(machine.exit(WorkerID(1)).failures == [call: .noWorkers(.stopping, retryAfter: nil)])
    }

    @Test("A killed worker that will not die doesn't hold up the end")
    func undying() {
        var machine = Machine.ready()
        let call = machine.call().id
        machine.stop(graceful: false)
        #expect(machine.advance(by: .seconds(1)) == [.finishStopping])
        #expect(machine.exit(WorkerID(1), .signalled(9), begun: [call.sequence]).first == .release(WorkerID(1)))
        #expect(machine.core.workers.count == 0)
    }

    @Test("Calls on workers that were killed long ago and will not die are answered before the end")
    func undyingBefore() {
        var machine = Machine.ready()
        let call = machine.call().id
        machine.reply(.response, CallID(sequence: 77, index: 0), on: LaneID(worker: WorkerID(1), index: 0))
        machine.advance(by: .seconds(1))
        #expect(
            machine.stop(graceful: true) == [.fail(call, .interrupted(WorkerID(1), isStopping: true)), .finishStopping]
        )
    }

    @Test("Without workers, or before the start, a stop ends at once")
    func nothingThere() {
        var idle = Machine(apps: [AppConfiguration(name: "a")], workers: 0)
        idle.start()
        #expect(idle.stop(graceful: true) == [.finishStopping])
        var unstarted = Machine(apps: [AppConfiguration(name: "a")], workers: 2)
        #expect(unstarted.stop(graceful: true) == [.finishStopping])
        #expect(unstarted.stop(graceful: false).isEmpty)
    }
}
