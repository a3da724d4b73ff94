import Testing

@testable import ArbiterCore

@Suite("Reloads")
struct ArbiterCoreReloadsTests {
    private static let a = AppConfiguration(name: "a")

    private static func stopFirst() -> AppConfiguration {
        var app = a
        app.stopsFirst = true
        return app
    }

    @Test(
        "Slots are renewed one after the other: the new worker is ready first, and the old one has gone before the next"
    )
    func oneByOne() {
        var machine = Machine.ready(workers: 2)
        let begin = machine.reload([Self.a], workers: 2)
        #expect(begin.spawned == [WorkerID(3)])
        #expect(begin.contains { $0.isGatedSpawn })
        #expect(machine.call().actions.lane.worker != WorkerID(3))
        #expect(machine.ready(WorkerID(3)).contains(.retire(WorkerID(1))) == false, "it has a call")
        let second = machine.call()
        #expect(second.actions.lane.worker != WorkerID(1))
        #expect(
            machine.reply(.response, CallID(sequence: 1, index: 0), on: LaneID(worker: WorkerID(1), index: 0)).last
                == .retire(WorkerID(1))
        )
        #expect(machine.exit(WorkerID(1), .exited(0)).spawned == [WorkerID(4)])
        machine.ready(WorkerID(4))
        #expect(
            machine.exit(WorkerID(2), .exited(0)).suffix(2) == [
                .finishReload(generation: 1, .completed), .forgetGeneration(0),
            ]
        )
        #expect(machine.core.slots.map(\.generation) == [1, 1])
        #expect(!machine.core.isReloading)
    }

    @Test("If a new worker fails, the slots that have new ones go back to the old generation, and the reload says why")
    func rollBack() {
        var machine = Machine.ready(workers: 3)
        machine.reload([Self.a], workers: 3)
        machine.ready(WorkerID(4))
        machine.exit(WorkerID(1), .exited(0))
        _ = machine.core.workerFailedToLoad(WorkerID(5), app: AppID(0), message: "no model", now: machine.now)
        let back = machine.exit(WorkerID(5), .exited(3))
        #expect(back.contains(.spawn(WorkerID(6), slot: SlotID(0), generation: 0, apps: [AppID(0)], isGated: false)))
        #expect(machine.call().actions.dispatches.count == 1, "somebody serves all the time")
        machine.ready(WorkerID(6))
        let failure = ReloadFailure(slot: SlotID(1), worker: WorkerID(5), app: AppID(0), cause: "no model")
        #expect(
            machine.exit(WorkerID(4), .exited(0)).suffix(2) == [
                .finishReload(generation: 1, .rolledBack(failure)), .forgetGeneration(1),
            ]
        )
        #expect(machine.core.slots.map(\.generation) == [0, 0, 0])
        #expect(machine.core.generation == 0)
    }

    @Test("A new worker that isn't ready within the init timeout fails the reload")
    func hang() {
        var machine = Machine.ready { $0.initTimeout = .seconds(5) }
        machine.reload([Self.a])
        #expect(machine.advance(by: .seconds(5)).contains(.kill(WorkerID(2), .initTimeout)))
        let end = machine.exit(WorkerID(2), .signalled(9), opening: AppID(0))
        let failure = ReloadFailure(
            slot: SlotID(0),
            worker: WorkerID(2),
            app: AppID(0),
            cause: "it was not ready within 5.0 seconds"
        )
        #expect(end.contains(.finishReload(generation: 1, .rolledBack(failure))))
        #expect(machine.call().actions.lane.worker == WorkerID(1))
    }

    @Test(
        "Where two of an app's workers can't coexist, the old one ends first, calls wait, and a failure brings it back"
    )
    func stopsFirst() {
        var machine = Machine.ready(Self.stopFirst())
        #expect(machine.reload([Self.stopFirst()]).last == .retire(WorkerID(1)))
        let call = machine.call()
        #expect(call.actions.isEmpty)
        #expect(machine.exit(WorkerID(1), .exited(0)).spawned == [WorkerID(2)])
        #expect(machine.exit(WorkerID(2), .signalled(6)).spawned == [WorkerID(3)], "the old images, at once")
        let ready = machine.ready(WorkerID(3))
        #expect(ready.dispatches.map(\.call) == [call.id])
        #expect(ready.contains { if case .finishReload(1, .rolledBack) = $0 { true } else { false } })
        #expect(machine.core.snapshot(now: machine.now).workers.map(\.generation) == [0])
    }

    @Test("Slots that host none of the renewed apps stay as they are")
    func partial() {
        var isolated = AppConfiguration(name: "b")
        isolated.isIsolated = true
        var machine = Machine(apps: [Self.a, isolated], workers: 1)
        machine.start()
        machine.readyAll()
        #expect(machine.reload([Self.a, isolated], renewed: [AppID(1)]).spawned == [WorkerID(3)])
        machine.ready(WorkerID(3))
        let end = machine.exit(WorkerID(2), .exited(0))
        #expect(end.last == .finishReload(generation: 1, .completed), "generation 0 lives on")
        #expect(machine.core.slots.map(\.generation) == [0, 1])
        machine.reload([Self.a, isolated], renewed: [AppID(0)])
        machine.ready(WorkerID(4))
        #expect(machine.exit(WorkerID(1), .exited(0)).last == .forgetGeneration(0))
    }

    @Test("An added app gets its place with the others; a removed one's calls are served as long as nothing is sure")
    func appsChange() {
        var machine = Machine.ready(lanes: 2)
        machine.reload([Self.a, AppConfiguration(name: "b")], renewed: [AppID(1)])
        machine.ready(WorkerID(2))
        machine.exit(WorkerID(1), .exited(0))
        #expect(machine.core.snapshot(now: machine.now).slots.map(\.apps) == [[AppID(0), AppID(1)]])
        #expect(machine.call(1).actions.lane.worker == WorkerID(2))

        machine.reload([nil, AppConfiguration(name: "b")], renewed: [])
        #expect(machine.call(0).actions.lane.worker == WorkerID(2))
        let waiting = machine.call(0).id
        let end = machine.ready(WorkerID(3))
        #expect(end.failures == [waiting: .noWorkers(.removed, retryAfter: nil)])
        #expect(machine.refusal(0) == .noWorkers(.removed, retryAfter: nil))
    }

    @Test("New bounds of an app hold from the end of the reload on")
    func settings() {
        var machine = Machine.ready()
        var changed = Self.a
        changed.timeout = .seconds(1)
        machine.reload([changed])
        machine.ready(WorkerID(2))
        machine.exit(WorkerID(1), .exited(0))
        let call = machine.call()
        #expect(machine.advance(by: .seconds(1)).failures[call.id] != nil)
    }

    @Test("More or fewer workers come with a reload, and one asked for meanwhile comes after it")
    func numbers() {
        var machine = Machine.ready()
        machine.reload([Self.a], workers: 2)
        #expect(machine.core.workersWanted(3, now: machine.now).isEmpty)
        machine.ready(WorkerID(2))
        #expect(machine.exit(WorkerID(1), .exited(0)).spawned == [WorkerID(3)])
        let end = machine.ready(WorkerID(3))
        #expect(end.contains(.finishReload(generation: 1, .completed)))
        #expect(end.spawned == [WorkerID(4)])
        #expect(machine.core.slots.map(\.generation) == [1, 1, 1])
    }

    @Test("A crash loop ends at once with a reload that mends it")
    func crashLoop() {
        var machine = Machine(apps: [Self.a], workers: 1)
        machine.start()
        for worker in 1...3 {
            machine.exit(WorkerID(worker), .signalled(6))
            if worker < 3 { machine.advance(by: .seconds(2)) }
        }
        #expect(machine.refusal() != nil)
        #expect(machine.reload([Self.a]).spawned == [WorkerID(4)])
        machine.ready(WorkerID(4))
        #expect(machine.call().actions.dispatches.count == 1)
    }

    @Test(
        "If the old worker dies while its successor loads, that takes the slot; if that fails too, the old code comes back"
    )
    func deathsInReload() {
        var machine = Machine.ready()
        machine.reload([Self.a])
        #expect(machine.exit(WorkerID(1)).spawned.isEmpty)
        let back = machine.exit(WorkerID(2), .signalled(6))
        #expect(back.contains(.spawn(WorkerID(3), slot: SlotID(0), generation: 0, apps: [AppID(0)], isGated: false)))
        #expect(machine.ready(WorkerID(3)).contains { if case .finishReload = $0 { true } else { false } })
    }

    @Test(
        "If even the old code fails on the way back, the slot is left to the usual replacement, and not on the new code"
    )
    func failingWayBack() {
        var machine = Machine.ready(workers: 2)
        machine.reload([Self.a], workers: 2)
        machine.ready(WorkerID(3))
        machine.exit(WorkerID(1), .exited(0))
        machine.exit(WorkerID(4), .signalled(6))
        let end = machine.exit(WorkerID(5), .signalled(6))
        #expect(end.contains(.retire(WorkerID(3))))
        #expect(machine.core.slots[0].nextSpawn != nil)
        #expect(machine.core.slots.map(\.generation) == [0, 0])
        #expect(!machine.core.isReloading)
    }

    @Test("A stop gives a reload up")
    func stop() {
        var machine = Machine.ready()
        machine.reload([Self.a])
        let failure = ReloadFailure(slot: nil, worker: nil, app: nil, cause: "the host is stopping")
        #expect(machine.stop(graceful: true).first == .finishReload(generation: 1, .rolledBack(failure)))
        machine.exit(WorkerID(1), .exited(0))
        #expect(machine.exit(WorkerID(2), .signalled(9)).last == .finishStopping)
    }

    @Test("A reload waits for a restart that is under way")
    func afterRestart() {
        var machine = Machine.ready()
        machine.perform(machine.core.restart(SlotID(0), now: machine.now))
        #expect(machine.reload([Self.a]).isEmpty)
        #expect(machine.core.isReloading)
        machine.ready(WorkerID(2))
        #expect(machine.exit(WorkerID(1), .exited(0)).spawned == [WorkerID(3)])
    }

    @Test("Progress counts the slots that are done")
    func progress() {
        var machine = Machine.ready()
        let events = (machine.reload([Self.a]) + machine.ready(WorkerID(2)) + machine.exit(WorkerID(1), .exited(0)))
            .compactMap { if case .reloadProgress(let progress) = $0 { progress } else { nil } }
        #expect(events.map(\.event) == [.spawning, .ready, .done])
        #expect(events.map(\.done) == [0, 0, 1])
        #expect(events.allSatisfy { $0.total == 1 && $0.slot == SlotID(0) && $0.worker == WorkerID(2) })
    }
}
