import Testing

@testable import ArbiterCore

@Suite("Revoking")
struct ArbiterCoreRevokingTests {
    /// A machine with so many workers, each with a call and another behind it, in the order of their arrival.
    private static func busy(
        _ app: AppConfiguration = AppConfiguration(name: "a"),
        workers: Int = 1,
        timeout: Duration? = nil,
        _ change: (inout CoreConfiguration) -> Void = { _ in }
    ) -> (machine: Machine, running: [(id: CallID, lane: LaneID)], handed: [CallID]) {
        var machine = ArbiterCoreHandingTests.ready(app, workers: workers, change)
        let running = (0..<workers).map { _ in
            let (id, actions) = machine.call(fingerprint: 1)
            return (id, actions.lane)
        }
        let handed = (0..<workers).map { _ in machine.call(timeout: timeout, fingerprint: 2) }
        #expect(handed.allSatisfy { $0.actions.hands.count == 1 })
        return (machine, running, handed.map(\.id))
    }

    @Test("A worker that falls idle takes the oldest call that another was handed and hasn't begun")
    func claim() {
        var (machine, running, handed) = Self.busy(workers: 3)
        machine.reply(.response, running[2].id, on: running[2].lane)
        let idle = machine.reply(.response, handed[2], on: running[2].lane)
        #expect(idle.dropFirst() == [.revoke(handed[0], running[0].lane, claimant: running[2].lane.worker)])
        #expect(machine.settle(idle).dispatches.map(\.lane) == [running[2].lane])
        #expect(machine.call().actions.hands.map(\.lane) == [running[0].lane], "its lane may be handed another")
    }

    @Test("If that had begun, it takes the next")
    func claimNext() {
        var (machine, running, handed) = Self.busy(workers: 3)
        machine.reply(.response, running[2].id, on: running[2].lane)
        let idle = machine.reply(.response, handed[2], on: running[2].lane)
        let actions = machine.settle(idle, begun: [handed[0]])
        #expect(actions.revocations == [handed[1]])
        #expect(actions.dispatches.map(\.call) == [handed[1]])
        machine.reply(.response, running[0].id, on: running[0].lane)
        #expect(machine.reply(.response, handed[0], on: running[0].lane).first == .forward(handed[0], ends: true))
    }

    @Test("A call that was taken back too late for the arbiter to know is off its lane all the same")
    func late() {
        var (machine, running, handed) = Self.busy()
        let cancelled = machine.core.callCancelled(handed[0], now: machine.now)
        machine.reply(.response, running[0].id, on: running[0].lane)
        #expect(machine.core.calls[handed[0].index].state == .running)
        #expect(machine.settle(cancelled).failures == [handed[0]: .cancelled(begun: false)])
        #expect(machine.core.workers.indices.allSatisfy { machine.core.workers[$0].isIdle })
    }

    @Test("A cancelled call is answered with what the page says: it hasn't begun, or it may have run")
    func cancelled() {
        var (machine, running, handed) = Self.busy()
        #expect(
            machine.settle(machine.core.callCancelled(handed[0], now: machine.now)).failures == [
                handed[0]: .cancelled(begun: false)
            ]
        )

        (machine, running, handed) = Self.busy()
        let actions = machine.core.callCancelled(handed[0], now: machine.now)
        #expect(machine.settle(actions, begun: [handed[0]]).isEmpty)
        #expect(machine.core.callCancelled(handed[0], now: machine.now).isEmpty, "asked again, nothing new")
        let end = machine.reply(.response, running[0].id, on: running[0].lane)
        #expect(end.failures == [handed[0]: .cancelled(begun: true)])
        #expect(end.contains(.cancel(running[0].lane, sequence: handed[0].sequence, .cancelled)))
    }

    @Test("A client's timeout takes the call back; if it had begun, it ran out of time running")
    func timedOut() {
        var app = AppConfiguration(name: "a")
        app.timeout = nil
        let span = Duration.microseconds(500)
        var (machine, running, handed) = Self.busy(app, timeout: span)
        #expect(machine.settle(machine.advance(by: span)).failures == [handed[0]: .timedOutWaiting(timeout: span)])

        (machine, running, handed) = Self.busy(app, timeout: span)
        #expect(machine.settle(machine.advance(by: span), begun: [handed[0]]).isEmpty)
        machine.reply(.response, running[0].id, on: running[0].lane)
        let failure = Failure.timedOutRunning(timeout: span, running[0].lane, isClientTimeout: true)
        #expect(machine.advance(by: .zero).failures == [handed[0]: failure])
    }

    @Test("A client that goes takes its calls with it; one that had begun is told to stop when its turn is known")
    func disconnected() {
        var (machine, running, handed) = Self.busy()
        let other = ClientID(2)
        machine.reply(.response, running[0].id, on: running[0].lane)
        machine.connect(other)
        let forsaken = machine.call(by: other)
        #expect(forsaken.actions.hands.count == 1)
        let actions = machine.perform(machine.core.clientDisconnected(other, now: machine.now))
        #expect(actions.contains(.drop(forsaken.id)))
        #expect(machine.settle(actions, begun: [forsaken.id]).isEmpty)
        let end = machine.reply(.response, handed[0], on: running[0].lane)
        #expect(end.contains(.cancel(running[0].lane, sequence: forsaken.id.sequence, .cancelled)))
        machine.reply(.response, forsaken.id, on: running[0].lane)
        #expect(machine.core.workers.indices.allSatisfy { machine.core.workers[$0].isIdle })
    }

    @Test("A death takes back what the worker had been handed, and blames the call that ran alone")
    func death() {
        var (machine, running, handed) = Self.busy { $0.quarantineDeaths = 1 }
        let worker = running[0].lane.worker
        let exit = machine.exit(worker, begun: [running[0].id.sequence])
        #expect(exit.failures == [running[0].id: .workerDied(worker, SlotID(0), .signalled(11))])
        #expect(machine.core.quarantined(now: machine.now).map(\.fingerprint) == [1])
        #expect(machine.core.calls[handed[0].index].state == .waiting)
        machine.advance(by: .seconds(1))
        #expect(machine.readyAll().dispatches.map(\.call) == [handed[0]])
    }

    @Test("A death under a handed call that had begun, and whose forerunner's end was lost, fails both")
    func deathBegun() {
        var (machine, running, handed) = Self.busy()
        let worker = running[0].lane.worker
        let death = Failure.workerDied(worker, SlotID(0), .signalled(11))
        let exit = machine.exit(worker, begun: [handed[0].sequence])
        #expect(exit.failures == [running[0].id: death, handed[0]: death])
    }

    @Test("A worker that gets nothing new loses what it was handed at once")
    func nothingNew() {
        var overrun = AppConfiguration(name: "a")
        overrun.timeout = .microseconds(500)
        let ends: [(inout Machine, LaneID) -> [Action]] = [
            { machine, lane in machine.perform(machine.core.laneClosed(lane, now: machine.now)) },
            { machine, _ in machine.advance(by: .microseconds(500)) },
            { machine, lane in machine.reply(.response, CallID(sequence: 99, index: 0), on: lane) },
        ]
        for end in ends {
            var (machine, running, handed) = Self.busy(overrun)
            let actions = end(&machine, running[0].lane)
            #expect(actions.revocations == [handed[0]])
            #expect(machine.settle(actions).isEmpty)
            #expect(machine.core.calls[handed[0].index].state == .waiting)
        }
    }

    @Test("Workers that are replaced, and a stop, take back what was handed over: it goes elsewhere, or fails unrun")
    func replaced() {
        var (machine, running, handed) = Self.busy(workers: 1)
        machine.perform(machine.core.restart(SlotID(0), now: machine.now))
        let ready = machine.readyAll()
        #expect(ready.revocations == [handed[0]])
        #expect(machine.settle(ready).dispatches.map(\.lane.worker) == [WorkerID(2)])

        (machine, running, handed) = Self.busy()
        let stopped = machine.stop(graceful: true)
        #expect(machine.settle(stopped).failures == [handed[0]: .noWorkers(.stopping, retryAfter: nil)])
        #expect(machine.reply(.response, running[0].id, on: running[0].lane).contains(.retire(WorkerID(1))))
    }

    @Test("A stop at once answers a handed call that had begun as one that may have run")
    func stoppedAtOnce() {
        var (machine, running, handed) = Self.busy()
        let stopped = machine.stop(graceful: false)
        #expect(stopped.failures.keys.contains(running[0].id))
        let failures = machine.settle(stopped, begun: [handed[0]]).failures
        #expect(failures == [handed[0]: .interrupted(WorkerID(1), isStopping: true)])
    }

    @Test("A call that is quarantined meanwhile is refused, although a lane had been handed it")
    func quarantined() {
        var machine = ArbiterCoreHandingTests.ready(workers: 2) { $0.quarantineDeaths = 1 }
        let killer = machine.call(fingerprint: 7)
        _ = machine.call()
        _ = machine.call()
        let again = machine.call(fingerprint: 7)
        #expect(again.actions.hands.count == 1)
        let exit = machine.exit(killer.actions.lane.worker, begun: [killer.id.sequence])
        #expect(exit.revocations == [again.id])
        machine.settle(exit)
        let other = machine.core.calls.indices.first { machine.core.calls[$0].state == .running }
        #expect(other != nil)
        machine.advance(by: .seconds(1))
        guard case .quarantined? = machine.readyAll().failures[again.id] else {
            Issue.record("the call is sent out again")
            return
        }
    }
}
