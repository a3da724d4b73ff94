import Testing

@testable import ArbiterCore

@Suite("Calls")
struct ArbiterCoreCallsTests {
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

    @Test("A place in the table is used again once its call has ended; a sequence never is")
    func identity() {
        var machine = Machine.ready()
        let (first, actions) = machine.call()
        machine.reply(.response, first, on: actions.lane)
        let second = machine.call().id
        #expect(second.index == first.index)
        #expect(second.sequence == first.sequence + 1)
    }

    @Test("Calls wait while a worker starts")
    func waitsForStart() {
        var machine = Machine(apps: [AppConfiguration(name: "a")], workers: 1)
        machine.start()
        let (call, actions) = machine.call()
        #expect(actions.isEmpty)
        #expect(machine.ready(WorkerID(1)).dispatches.map(\.call) == [call])
    }

    @Test("Without workers, or without a slot for its app, a call is refused at once")
    func noneConfigured() {
        var machine = Machine(apps: [AppConfiguration(name: "a")], workers: 0)
        #expect(machine.start().isEmpty)
        #expect(machine.refusal() == .noWorkers(.noneConfigured, retryAfter: nil))
        #expect(machine.core.isReady)
    }

    @Test("The backlog's bound counts waiting calls only, and one that leaves makes room for one")
    func backlog() {
        var machine = Machine.ready { $0.backlogPerApp = 2 }
        let running = machine.call().id
        let waiting = machine.call().id
        _ = machine.call()
        guard case .overloaded(.backlog(2), let pause) = machine.refusal() else {
            Issue.record("not refused")
            return
        }
        #expect(pause >= .milliseconds(100) && pause <= .seconds(30))
        _ = machine.core.callCancelled(waiting, now: machine.now)
        #expect(machine.refusal() == nil)
        #expect(machine.refusal() != nil)
        machine.reply(.response, running, on: LaneID(worker: WorkerID(1), index: 0))
        #expect(machine.refusal() == nil)
    }

    @Test("A backlog of none still lets calls through to free lanes")
    func noBacklog() {
        var machine = Machine.ready { $0.backlogPerApp = 0 }
        _ = machine.call()
        #expect(machine.refusal() != nil)
    }

    @Test("The pause asked of a refused client grows with the time calls take, between its bounds")
    func retryPause() {
        var machine = Machine.ready { $0.backlogPerApp = 10 }
        let (first, actions) = machine.call()
        machine.advance(by: .seconds(2))
        machine.reply(.response, first, on: actions.lane)
        for _ in 0..<11 { _ = machine.call() }
        #expect(machine.refusal() == .overloaded(.backlog(10), retryAfter: .seconds(10)))
    }

    @Test("A connection's bound counts its own calls, waiting and running, and no others")
    func connection() {
        var machine = Machine.ready { $0.callsPerClient = 2 }
        machine.connect(ClientID(2))
        let (first, actions) = machine.call()
        _ = machine.call()
        guard case .overloaded(.connection(2), _) = machine.refusal() else {
            Issue.record("not refused")
            return
        }
        #expect(machine.refusal(by: ClientID(2)) == nil)
        machine.reply(.response, first, on: actions.lane)
        #expect(machine.refusal() == nil)
    }

    @Test("The budget counts requests until their end and replies that aren't sent yet")
    func budget() {
        var machine = Machine.ready { $0.budgetBytes = 100 }
        let (first, actions) = machine.call(bytes: 60)
        #expect(machine.core.room(forBytes: 40) == nil)
        guard case .overloaded(.memory(100), _) = machine.core.room(forBytes: 41) else {
            Issue.record("there was room")
            return
        }
        #expect(machine.refusal(bytes: 41) != nil)
        machine.core.unsentBytesChanged(by: 40)
        #expect(machine.refusal(bytes: 1) != nil)
        machine.core.unsentBytesChanged(by: -40)
        machine.reply(.response, first, on: actions.lane)
        #expect(machine.refusal(bytes: 100) == nil)
        #expect(machine.core.snapshot(now: machine.now).usedBytes == 100)
    }

    @Test("A cancelled call that waits is answered with `no`, and leaves nothing behind")
    func cancelWaiting() {
        var machine = Machine.ready()
        let (running, actions) = machine.call()
        let waiting = machine.call(timeout: .seconds(5)).id
        #expect(machine.core.callCancelled(waiting, now: machine.now) == [.fail(waiting, .cancelled(begun: false))])
        #expect(machine.core.callCancelled(waiting, now: machine.now).isEmpty)
        #expect(machine.core.timers.count == 1)
        #expect(machine.reply(.response, running, on: actions.lane) == [.forward(running, ends: true)])
    }

    @Test("A cancelled call that runs is answered at once, and keeps its lane until it ends")
    func cancelRunning() {
        var machine = Machine.ready()
        let (running, actions) = machine.call()
        let lane = actions.lane
        #expect(
            machine.core.callCancelled(running, now: machine.now) == [
                .cancel(lane, sequence: running.sequence, .cancelled),
                .fail(running, .cancelled(begun: true)),
            ]
        )
        let (next, none) = machine.call()
        #expect(none.isEmpty)
        #expect(machine.reply(.error, running, on: lane).dispatches.map(\.call) == [next])
    }

    @Test("A cancel for a place that another call has by now does nothing")
    func staleCancel() {
        var machine = Machine.ready()
        let (first, actions) = machine.call()
        machine.reply(.response, first, on: actions.lane)
        let second = machine.call().id
        #expect(first.index == second.index)
        #expect(machine.core.callCancelled(first, now: machine.now).isEmpty)
    }

    @Test("A client's timeout ends a call that waits with `no`, and one that is over at once is refused")
    func timeoutWaiting() {
        var machine = Machine.ready()
        _ = machine.call()
        let waiting = machine.call(timeout: .seconds(2)).id
        #expect(machine.advance(by: .milliseconds(1999)).isEmpty)
        #expect(
            machine.advance(by: .milliseconds(1)) == [.fail(waiting, .timedOutWaiting(timeout: .seconds(2)))]
        )
        #expect(machine.refusal(timeout: .zero) == .timedOutWaiting(timeout: .zero))
    }

    @Test("A call past its deadline is not dispatched, even if the timer is late")
    func lateTimer() {
        var machine = Machine.ready()
        let (running, actions) = machine.call()
        let late = machine.call(timeout: .seconds(1)).id
        let good = machine.call(timeout: .seconds(3)).id
        let now = machine.now + .seconds(1)
        let freed = machine.core.replyReceived(
            .response,
            on: actions.lane,
            sequence: running.sequence,
            isLaneBusy: false,
            now: now
        )
        #expect(
            freed == [
                .forward(running, ends: true),
                .fail(late, .timedOutWaiting(timeout: .seconds(1))),
                .dispatch(good, actions.lane, app: AppID(0), deadline: machine.now + .seconds(3)),
            ]
        )
    }
}
