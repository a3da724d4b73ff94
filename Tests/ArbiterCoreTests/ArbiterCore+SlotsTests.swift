import Testing

@testable import ArbiterCore

@Suite("Slots")
struct ArbiterCoreSlotsTests {
    @Test("A worker that has answered a call is replaced at once")
    func atOnce() {
        var machine = Machine.ready()
        let (call, actions) = machine.call()
        machine.reply(.error, call, on: actions.lane)
        #expect(
            machine.exit(WorkerID(1), .signalled(11)) == [
                .release(WorkerID(1)),
                .report(.ended(WorkerID(1), SlotID(0), .signalled(11), expected: false, next: .zero)),
                .spawn(WorkerID(2), slot: SlotID(0), generation: 0, apps: [AppID(0)], isGated: false),
            ]
        )
    }

    @Test("Workers that die before they answer a call are replaced after pauses that double, up to a bound")
    func backoff() {
        var machine = Machine.ready()
        var pauses: [Duration] = []
        for worker in 1...14 {
            let exit = machine.exit(WorkerID(worker))
            let next = exit.compactMap { action in
                if case .report(.ended(_, _, _, _, let next)) = action { next } else { nil }
            }
            pauses += next
            machine.advance(by: next[0] - .nanoseconds(1))
            #expect(machine.workers.isEmpty)
            #expect(machine.advance(by: .nanoseconds(1)).spawned == [WorkerID(worker + 1)])
            machine.ready(WorkerID(worker + 1))
        }
        var bound = Duration.milliseconds(200)
        for pause in pauses {
            #expect(pause >= bound / 2 && pause <= bound)
            bound = min(bound * 2, .seconds(30))
        }
        #expect(pauses.last! >= .seconds(15))
    }

    @Test("An answered call resets the pause")
    func backoffReset() {
        var machine = Machine.ready()
        for worker in 1...5 {
            machine.exit(WorkerID(worker))
            machine.advance(by: .seconds(30))
            machine.ready(WorkerID(worker + 1))
        }
        let (call, actions) = machine.call()
        machine.reply(.response, call, on: actions.lane)
        machine.exit(WorkerID(6))
        machine.ready(WorkerID(7))
        machine.exit(WorkerID(7))
        #expect(machine.core.slots[0].nextSpawn!.deadline - machine.now <= .milliseconds(200))
    }

    @Test(
        "After three failed boots in a row waiting calls fail with the cause, and new ones at once, until a boot works"
    )
    func crashLoop() {
        var machine = Machine(apps: [AppConfiguration(name: "a")], workers: 1)
        machine.start()
        let waiting = machine.call().id
        for worker in 1...2 {
            let failed = machine.core.workerFailedToLoad(
                WorkerID(worker),
                app: AppID(0),
                message: "no libX.so",
                now: machine.now
            )
            #expect(failed.isEmpty)
            #expect(machine.exit(WorkerID(worker), .exited(3)).failures.isEmpty)
            machine.advance(by: .seconds(2))
        }
        let failed = machine.core.workerFailedToLoad(WorkerID(3), app: nil, message: "no libX.so", now: machine.now)
        #expect(failed.isEmpty)
        let third = machine.exit(WorkerID(3), .exited(3))
        #expect(third.contains(.report(.crashLooping(SlotID(0), [AppID(0)], cause: "no libX.so"))))
        let pause = machine.core.slots[0].nextSpawn!.deadline - machine.now
        let failure = Failure.noWorkers(.crashLooping("no libX.so"), retryAfter: pause)
        #expect(third.failures == [waiting: failure])
        #expect(machine.refusal() == failure)
        #expect(machine.core.snapshot(now: machine.now).apps[0].crashLooping == "no libX.so")
        #expect(machine.advance(by: pause).spawned == [WorkerID(4)])
        #expect(machine.refusal() == .noWorkers(.crashLooping("no libX.so"), retryAfter: nil))
        #expect(
            machine.ready(WorkerID(4)) == [
                .report(.ready(WorkerID(4), SlotID(0))), .report(.recovered(SlotID(0), [AppID(0)])),
            ]
        )
        #expect(machine.call().actions.dispatches.count == 1)
    }

    @Test("Deaths, load failures and init timeouts all count as failed boots; a ready worker begins the count anew")
    func failedBoots() {
        var machine = Machine(apps: [AppConfiguration(name: "a")], workers: 1) { $0.initTimeout = .seconds(5) }
        machine.start()
        machine.exit(WorkerID(1), .notStarted("no memory"))
        machine.advance(by: .seconds(1))
        machine.exit(WorkerID(2), .signalled(6))
        machine.advance(by: .seconds(1))
        machine.ready(WorkerID(3))
        #expect(machine.core.slots[0].failedBoots == 0)
        machine.exit(WorkerID(3))
        for worker in 4...6 {
            machine.advance(by: machine.core.slots[0].nextSpawn!.deadline - machine.now)
            #expect(machine.advance(by: .seconds(5)) == [.kill(WorkerID(worker), .initTimeout)])
            machine.exit(WorkerID(worker), .signalled(9))
        }
        #expect(machine.refusal() != nil)
    }

    @Test("An app is crash-looping only when all its slots are")
    func partlyLooping() {
        var machine = Machine(apps: [AppConfiguration(name: "a")], workers: 2)
        machine.start()
        for _ in 0..<3 {
            let worker = machine.workers.first { $0.slot == SlotID(0) }!.id
            machine.exit(worker, .signalled(11))
            machine.advance(by: .seconds(2))
        }
        #expect(machine.core.slots[0].isCrashLooping)
        let call = machine.call().id
        #expect(machine.ready(WorkerID(2)).dispatches.map(\.call) == [call])
    }

    @Test("Calls bound to a slot that is crash-looping go to another one")
    func reboundByLoop() {
        var machine = Machine(apps: [AppConfiguration(name: "a")], workers: 2)
        machine.start()
        let calls = (0..<20).map { machine.call(affinity: UInt64($0)).id }
        machine.ready(WorkerID(2))
        let mine = calls.filter { machine.core.calls[$0.index].slot == 0 }
        #expect(!mine.isEmpty && mine.count < 19)
        for _ in 0..<3 {
            machine.exit(machine.workers.first { $0.slot == SlotID(0) }!.id, .signalled(11))
            machine.advance(by: .seconds(2))
        }
        #expect(mine.allSatisfy { machine.core.calls[$0.index].slot == 1 })
    }

    @Test("A restart brings up the new worker first, and then lets the old one end its calls and go")
    func restart() {
        var machine = Machine.ready()
        let (call, actions) = machine.call()
        #expect(machine.perform(machine.core.restart(SlotID(0), now: machine.now)).spawned == [WorkerID(2)])
        #expect(machine.core.restart(SlotID(0), now: machine.now).isEmpty, "one is on its way")
        let waiting = machine.call().id
        let ready = machine.ready(WorkerID(2))
        #expect(ready.dispatches.map(\.call) == [waiting])
        #expect(
            machine.reply(.response, call, on: actions.lane) == [.forward(call, ends: true), .retire(WorkerID(1))]
        )
        #expect(
            machine.exit(WorkerID(1), .exited(0)) == [
                .release(WorkerID(1)),
                .report(.ended(WorkerID(1), SlotID(0), .exited(0), expected: true, next: nil)),
            ]
        )
        #expect(machine.core.snapshot(now: machine.now).slots[0].restarts == 1)
    }

    @Test("If the replacement fails to boot, the old worker serves on")
    func failedRestart() {
        var machine = Machine.ready()
        machine.perform(machine.core.restart(SlotID(0), now: machine.now))
        machine.exit(WorkerID(2), .exited(3))
        #expect(machine.call().actions.lane.worker == WorkerID(1))
        #expect(machine.core.nextDeadline == machine.now + .seconds(300), "nothing is due but the call")
    }

    @Test("If the old worker dies first, its replacement takes the slot, and no other is spawned")
    func deathInRestart() {
        var machine = Machine.ready()
        machine.perform(machine.core.restart(SlotID(0), now: machine.now))
        #expect(machine.exit(WorkerID(1)).spawned.isEmpty)
        machine.ready(WorkerID(2))
        #expect(machine.call().actions.lane.worker == WorkerID(2))
    }

    @Test("A restart during a pause ends the pause; one of a slot that isn't there does nothing")
    func restartInPause() {
        var machine = Machine.ready()
        machine.exit(WorkerID(1))
        #expect(machine.perform(machine.core.restart(SlotID(0), now: machine.now)).spawned == [WorkerID(2)])
        #expect(machine.core.restart(SlotID(9), now: machine.now).isEmpty)
        #expect(machine.advance(by: .seconds(30)).isEmpty)
    }

    @Test("A replaced worker that doesn't end its calls in time is killed, and they are answered")
    func lingering() {
        var machine = Machine.ready()
        let (call, actions) = machine.call()
        machine.perform(machine.core.restart(SlotID(0), now: machine.now))
        machine.ready(WorkerID(2))
        #expect(machine.advance(by: .seconds(30)) == [.readLanes(WorkerID(1))])
        #expect(
            machine.lanesRead(WorkerID(1)) == [
                .cancel(actions.lane, sequence: call.sequence, .cancelled),
                .fail(call, .interrupted(WorkerID(1), isStopping: false)),
                .kill(WorkerID(1), .lingered),
            ]
        )
    }

    @Test("More workers are spawned at once, fewer are the highest, which end what they have")
    func scale() {
        var machine = Machine.ready(workers: 2)
        #expect(machine.perform(machine.core.workersWanted(4, now: machine.now)).spawned == [WorkerID(3), WorkerID(4)])
        machine.readyAll()
        let calls = (0..<4).map { _ in machine.call() }
        #expect(machine.core.workersWanted(1, now: machine.now).isEmpty)
        let last = calls.first { $0.actions.lane.worker == WorkerID(4) }!
        #expect(
            machine.reply(.response, last.id, on: last.actions.lane) == [
                .forward(last.id, ends: true), .retire(WorkerID(4)),
            ]
        )
        #expect(machine.exit(WorkerID(4), .exited(0)).spawned.isEmpty)
        #expect(machine.core.snapshot(now: machine.now).slots.map(\.slot) == [SlotID(0)])
    }

    @Test("A worker that comes up in a slot that was closed meanwhile is let go")
    func closedWhileStarting() {
        var machine = Machine.ready(workers: 1)
        machine.perform(machine.core.workersWanted(2, now: machine.now))
        #expect(machine.core.workersWanted(1, now: machine.now).isEmpty)
        #expect(machine.ready(WorkerID(2)) == [.report(.ready(WorkerID(2), SlotID(1))), .retire(WorkerID(2))])
    }

    @Test("Calls bound to a closed slot go to another, the oldest first")
    func reboundByScale() {
        var machine = Machine.ready(workers: 3, lanes: 1)
        let running = (0..<3).map { _ in machine.call() }
        let waiting = (0..<12).map { machine.call(affinity: UInt64($0)).id }
        machine.perform(machine.core.workersWanted(1, now: machine.now))
        #expect(waiting.allSatisfy { machine.core.calls[$0.index].slot == 0 })
        let first = running.first { $0.actions.lane.worker == WorkerID(1) }!
        #expect(machine.reply(.response, first.id, on: first.actions.lane).dispatches.map(\.call) == [waiting[0]])
    }

    @Test("Where several slots are closed at once, the oldest of all their calls goes first")
    func reboundTogether() throws {
        var machine = Machine.ready(workers: 3)
        let key = try (1...2).map { slot in
            try #require((0..<100).first { Rendezvous.slot(for: $0, among: 0..<3) == slot })
        }
        _ = machine.call(affinity: key[0])
        _ = machine.call(affinity: key[1])
        let older = machine.call(affinity: key[1]).id
        let younger = machine.call(affinity: key[0]).id
        let scaled = machine.perform(machine.core.workersWanted(1, now: machine.now))
        #expect(scaled.dispatches.map(\.call) == [older])
        #expect(machine.core.calls[younger.index].state == .waiting)
    }

    @Test("A slot opened by scaling serves what waits already, although nothing like it was there before")
    func newPool() {
        var machine = Machine(
            apps: [AppConfiguration(name: "one", workers: 1), AppConfiguration(name: "all")],
            workers: 1
        )
        machine.start()
        let call = machine.call(1).id
        machine.perform(machine.core.workersWanted(2, now: machine.now))
        #expect(machine.ready(WorkerID(2)).dispatches.map(\.call) == [call])
    }
}
