import Testing

@testable import ArbiterCore

@Suite("Calls")
struct CallTests {
    @Test("Start spawns a worker for every slot, and the machine is ready when they all are")
    func start() {
        var machine = Machine(apps: [AppConfiguration(name: "a")], workers: 2)
        let actions = machine.start()
        #expect(
            actions == [
                .spawn(WorkerID(1), slot: SlotID(0), generation: 0, apps: [AppID(0)]),
                .spawn(WorkerID(2), slot: SlotID(1), generation: 0, apps: [AppID(0)]),
            ]
        )
        #expect(!machine.core.isReady)
        #expect(machine.ready(WorkerID(1)) == [.report(.ready(WorkerID(1), SlotID(0)))])
        #expect(!machine.core.isReady)
        machine.ready(WorkerID(2))
        #expect(machine.core.isReady)
    }

    @Test("A call goes to a free lane at once, its answer to its client, and the next waiting call to the lane")
    func roundTrip() {
        var machine = Machine.ready()
        let lane = LaneID(worker: WorkerID(1), index: 0)
        let (first, actions) = machine.call()
        let deadline = machine.now + .seconds(300)
        #expect(actions == [.dispatch(first, lane, app: AppID(0), deadline: deadline)])
        let (second, none) = machine.call()
        #expect(none.isEmpty)
        #expect(
            machine.reply(.response, first, on: lane) == [
                .forward(first, ends: true),
                .dispatch(second, lane, app: AppID(0), deadline: deadline),
            ]
        )
        #expect(machine.reply(.response, second, on: lane) == [.forward(second, ends: true)])
    }

    @Test("A hung call is answered at its deadline, and its worker is killed after the grace and replaced at its exit")
    func overrun() {
        var app = AppConfiguration(name: "a")
        app.timeout = .seconds(1)
        var machine = Machine.ready(app)
        let (call, actions) = machine.call()
        let lane = actions.lane
        let waiting = machine.call().id
        #expect(
            machine.advance(by: .seconds(1)) == [
                .cancel(lane, sequence: call.sequence, .deadline),
                .fail(call, .timedOutRunning(timeout: .seconds(1), lane, isClientTimeout: false)),
            ]
        )
        #expect(machine.advance(by: .seconds(1)) == [.readLanes(WorkerID(1))])
        #expect(machine.lanesRead(WorkerID(1)) == [.kill(WorkerID(1), .overran(call, app: AppID(0)))])
        machine.exit(WorkerID(1), .signalled(9), begun: [call.sequence])
        #expect(machine.advance(by: .milliseconds(200)).spawned == [WorkerID(2)])
        #expect(machine.ready(WorkerID(2)).dispatches.map(\.call) == [waiting])
    }

    @Test("A graceful stop lets the running call end, closes the worker, and ends")
    func stop() {
        var machine = Machine.ready()
        let (running, actions) = machine.call()
        let waiting = machine.call().id
        #expect(machine.stop(graceful: true) == [.fail(waiting, .noWorkers(.stopping, retryAfter: nil))])
        #expect(
            machine.reply(.response, running, on: actions.lane) == [
                .forward(running, ends: true), .retire(WorkerID(1)),
            ]
        )
        #expect(
            machine.exit(WorkerID(1), .exited(0)) == [
                .release(WorkerID(1)),
                .report(.ended(WorkerID(1), SlotID(0), .exited(0), expected: true, next: nil)),
                .finishStopping,
            ]
        )
        #expect(machine.core.nextDeadline == nil)
    }
}
