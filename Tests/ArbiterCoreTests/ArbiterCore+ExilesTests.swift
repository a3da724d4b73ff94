import Testing

@testable import ArbiterCore

@Suite("Exiles")
struct ArbiterCoreExilesTests {
    private static func shared() -> Machine {
        var machine = Machine(apps: [AppConfiguration(name: "bad"), AppConfiguration(name: "good")], workers: 2)
        machine.start()
        return machine
    }

    @Test("An app that can't boot is put out of the workers that it shares; the others are served without it at once")
    func exile() {
        var machine = Self.shared()
        let good = machine.call(1).id
        let first = machine.exit(WorkerID(1), .signalled(6), opening: AppID(0))
        let cause = "signal 6 ended it before it was ready"
        #expect(first.contains(.report(.exiled(AppID(0), SlotID(0), cause: cause))))
        let without = Action.spawn(WorkerID(3), slot: SlotID(2), generation: 0, apps: [AppID(1)], isGated: false)
        #expect(first.contains(without))
        #expect(machine.ready(WorkerID(3)).dispatches.map(\.call) == [good])
        let second = machine.exit(WorkerID(2), .signalled(6), opening: AppID(0))
        #expect(second.spawned == [WorkerID(4)])
        #expect(machine.workers.count { $0.apps == [AppID(0)] } == 0, "it comes back after a pause")
        #expect(machine.advance(by: .seconds(1)).spawned == [WorkerID(5)])
        #expect(machine.workers.last?.apps == [AppID(0)])
    }

    @Test("It goes on failing by itself until its calls fail fast, with the cause; the others notice nothing")
    func alone() {
        var machine = Self.shared()
        machine.exit(WorkerID(1), .signalled(6), opening: AppID(0))
        machine.exit(WorkerID(2), .signalled(6), opening: AppID(0))
        machine.readyAll()
        for _ in 0..<2 {
            machine.advance(by: .seconds(2))
            machine.exit(machine.workers.last!.id, .signalled(6))
        }
        guard case .noWorkers(.crashLooping, _)? = machine.refusal(0) else {
            Issue.record("calls of an app that can't boot aren't refused")
            return
        }
        #expect(machine.call(1).actions.dispatches.count == 1)
        #expect(machine.core.isSettled && !machine.core.isReady)
    }

    @Test("Once it boots, it gets as many workers as it has lost; a reload puts it back")
    func recovery() {
        var machine = Self.shared()
        machine.exit(WorkerID(1), .signalled(6), opening: AppID(0))
        machine.exit(WorkerID(2), .signalled(6), opening: AppID(0))
        machine.readyAll()
        machine.advance(by: .seconds(1))
        #expect(machine.ready(machine.workers.last!.id).spawned.count == 1)
        machine.readyAll()
        #expect(machine.core.apps[0].slots.count == 2)
        machine.reload([AppConfiguration(name: "bad"), AppConfiguration(name: "good")], workers: 2)
        machine.finishRollover()
        #expect(
            machine.core.snapshot(now: machine.now).slots.map(\.apps) == [[AppID(0), AppID(1)], [AppID(0), AppID(1)]]
        )
    }

    @Test("A failure that nobody is known to have caused exiles nobody, nor does one after a first success")
    func unknown() {
        var machine = Self.shared()
        #expect(machine.exit(WorkerID(1), .signalled(6)).spawned.isEmpty)
        machine.ready(WorkerID(2))
        #expect(machine.exit(WorkerID(2), .signalled(6), opening: AppID(0)).spawned.isEmpty)
        #expect(machine.core.placement.exiled.isEmpty)
    }

    @Test("An app alone in its workers stays there")
    func isolated() {
        var machine = Machine(apps: [AppConfiguration(name: "a")], workers: 1)
        machine.start()
        machine.exit(WorkerID(1), .signalled(6), opening: AppID(0))
        #expect(machine.core.slots.count == 1)
    }
}
