import Testing

@testable import ArbiterCore

@Suite("Dispatch")
struct ArbiterCoreDispatchTests {
    @Test("Equal calls go round the workers: each has as many as the others, within one")
    func roundRobin() {
        var machine = Machine.ready(workers: 3, lanes: 2)
        var counts: [WorkerID: Int] = [:]
        var running: [(call: CallID, lane: LaneID)] = []
        for _ in 0..<100 {
            let (call, actions) = machine.call()
            counts[actions.lane.worker, default: 0] += 1
            running.append((call, actions.lane))
            if running.count == 4 {
                let done = running.removeFirst()
                machine.reply(.response, done.call, on: done.lane)
            }
            let least = counts.count < 3 ? 0 : counts.values.min() ?? 0
            #expect((counts.values.max() ?? 0) - least <= 1)
        }
    }

    @Test("A call waits for no worker in particular: whichever is free first gets it")
    func lateBinding() {
        var machine = Machine.ready(workers: 2)
        let first = machine.call()
        let second = machine.call()
        let waiting = (machine.call().id, machine.call().id)
        #expect(machine.reply(.response, second.id, on: second.actions.lane).dispatches.map(\.call) == [waiting.0])
        #expect(machine.reply(.response, waiting.0, on: second.actions.lane).dispatches.map(\.call) == [waiting.1])
        #expect(machine.reply(.response, first.id, on: first.actions.lane).dispatches.isEmpty)
    }

    @Test("A freed lane takes the oldest call of its worker's apps")
    func oldestOfAll() {
        var machine = Machine(apps: [AppConfiguration(name: "a"), AppConfiguration(name: "b")], workers: 1)
        machine.start()
        machine.readyAll()
        let (running, actions) = machine.call(0)
        let waiting = [machine.call(1).id, machine.call(0).id, machine.call(1).id, machine.call(0).id]
        var (current, served) = (running, [CallID]())
        while let next = machine.reply(.response, current, on: actions.lane).dispatches.first?.call {
            served.append(next)
            current = next
        }
        #expect(served == waiting)
    }

    @Test("A worker gets one call at a time of an app that isn't concurrent, and other apps' calls beside it")
    func serial() {
        var machine = Machine(
            apps: [AppConfiguration(name: "serial"), AppConfiguration(name: "free")],
            workers: 1,
            lanes: 3
        )
        machine.flags[AppID(0)] = (false, false)
        machine.start()
        machine.readyAll()
        let (first, actions) = machine.call(0)
        let (second, none) = machine.call(0)
        #expect(none.isEmpty)
        #expect(machine.call(1).actions.dispatches.count == 1)
        #expect(machine.call(1).actions.dispatches.count == 1)
        #expect(machine.reply(.response, first, on: actions.lane).dispatches.map(\.call) == [second])
    }

    @Test("Serial calls run side by side on different workers")
    func serialAcrossWorkers() {
        var machine = Machine(apps: [AppConfiguration(name: "serial")], workers: 2, lanes: 4)
        machine.flags[AppID(0)] = (false, false)
        machine.start()
        machine.readyAll()
        let workers = Set([machine.call().actions.lane.worker, machine.call().actions.lane.worker])
        #expect(workers.count == 2)
        #expect(machine.call().actions.isEmpty)
    }

    @Test("A pinned app's calls run on lane 0 only, which others leave free as long as they can")
    func pinned() {
        var machine = Machine(
            apps: [AppConfiguration(name: "pinned"), AppConfiguration(name: "free")],
            workers: 1,
            lanes: 2
        )
        machine.flags[AppID(0)] = (true, true)
        machine.start()
        machine.readyAll()
        let other = machine.call(1)
        #expect(other.actions.lane.index == 1)
        let pinned = machine.call(0)
        #expect(pinned.actions.lane.index == 0)
        let (second, none) = machine.call(0)
        #expect(none.isEmpty)
        #expect(machine.reply(.response, other.id, on: other.actions.lane).dispatches.isEmpty)
        #expect(machine.reply(.response, pinned.id, on: pinned.actions.lane).lane.index == 0)
        #expect(machine.core.calls[second.index].state == .running)
    }

    @Test("A lane freed for a pinned app goes to it although an older call of another app takes a lane first")
    func pinnedAfterOlder() {
        var machine = Machine(
            apps: [AppConfiguration(name: "pinned"), AppConfiguration(name: "serial")],
            workers: 1,
            lanes: 2
        )
        machine.flags = [AppID(0): (true, true), AppID(1): (false, false)]
        machine.start()
        machine.readyAll()
        let serial = machine.call(1)
        let pinned = machine.call(0)
        let waiting = (machine.call(1).id, machine.call(0).id)
        #expect(machine.reply(.response, pinned.id, on: pinned.actions.lane).dispatches.map(\.call) == [waiting.1])
        #expect(machine.reply(.response, serial.id, on: serial.actions.lane).dispatches.map(\.call) == [waiting.0])
    }

    @Test("All lanes of a worker run calls at once")
    func manyLanes() {
        var machine = Machine.ready(lanes: 70)
        let lanes = Set((0..<70).map { _ in machine.call().actions.lane.index })
        #expect(lanes == Set(0..<70))
        #expect(machine.call().actions.isEmpty)
    }

    @Test("An app on fewer workers gets no others")
    func limited() {
        var machine = Machine(
            apps: [AppConfiguration(name: "one", workers: 1), AppConfiguration(name: "all")],
            workers: 3
        )
        machine.start()
        machine.readyAll()
        #expect(machine.call(0).actions.lane.worker == WorkerID(1))
        #expect(machine.call(0).actions.isEmpty)
        #expect(machine.call(1).actions.lane.worker != WorkerID(1))
    }

    @Test("Calls of one affinity go to one slot and wait for it beside free workers; others pass them")
    func affinity() {
        var machine = Machine.ready(workers: 4)
        let first = machine.call(affinity: 7)
        let (second, none) = machine.call(affinity: 7)
        #expect(none.isEmpty)
        let others = Set((0..<3).map { _ in machine.call().actions.lane.worker })
        #expect(others.count == 3 && !others.contains(first.actions.lane.worker))
        #expect(machine.call().actions.isEmpty)
        #expect(machine.reply(.response, first.id, on: first.actions.lane).dispatches.map(\.call) == [second])
    }

    @Test("A slot's freed lane takes the older of what is bound to it and what anyone may take")
    func affinityInTurn() {
        var machine = Machine.ready()
        let (running, actions) = machine.call()
        let waiting = [
            machine.call(affinity: 1).id, machine.call().id, machine.call(affinity: 2).id, machine.call().id,
        ]
        var (current, served) = (running, [CallID]())
        while let next = machine.reply(.response, current, on: actions.lane).dispatches.first?.call {
            served.append(next)
            current = next
        }
        #expect(served == waiting)
    }

    @Test("Calls bound by affinity count in their app's backlog")
    func affinityBacklog() {
        var machine = Machine.ready { $0.backlogPerApp = 2 }
        _ = machine.call()
        _ = machine.call(affinity: 1)
        _ = machine.call()
        #expect(machine.refusal() != nil)
    }
}
