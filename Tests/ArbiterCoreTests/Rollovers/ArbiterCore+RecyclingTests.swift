import Testing

@testable import ArbiterCore

@Suite("Recycling")
struct ArbiterCoreRecyclingTests {
    /// Sends a call and has it answered.
    private static func serve(_ machine: inout Machine) -> [Action] {
        let (call, actions) = machine.call()
        return machine.reply(.response, call, on: actions.lane)
    }

    @Test("A worker that has answered its calls is replaced by one that is ready first")
    func requests() {
        var machine = Machine.ready { $0.maxRequests = 2 }
        #expect(Self.serve(&machine).spawned.isEmpty)
        let second = Self.serve(&machine)
        #expect(second.contains(.report(.replacing(WorkerID(1), SlotID(0), .requests(2)))))
        #expect(second.spawned == [WorkerID(2)])
        #expect(Self.serve(&machine).spawned.isEmpty, "one is on its way")
        #expect(machine.ready(WorkerID(2)).last == .retire(WorkerID(1)))
    }

    @Test("Workers that are worn together are replaced one after the other")
    func oneByOne() {
        var machine = Machine.ready(workers: 3) { $0.maxRequests = 1 }
        let spawned = (0..<3).flatMap { _ in Self.serve(&machine).spawned }
        #expect(spawned == [WorkerID(4)])
        machine.ready(WorkerID(4))
        #expect(machine.exit(WorkerID(1), .exited(0)).spawned == [WorkerID(5)])
        machine.ready(WorkerID(5))
        #expect(machine.exit(WorkerID(2), .exited(0)).spawned == [WorkerID(6)])
    }

    @Test("Jitter gives every worker a number of its own, within its bound")
    func jitter() {
        let machine = Machine.ready(workers: 50) {
            $0.maxRequests = 100
            $0.maxRequestsJitter = 20
        }
        let limits = machine.core.workers.indices.map { machine.core.workers[$0].callLimit }
        #expect(limits.allSatisfy { (100...120).contains($0) })
        #expect(Set(limits).count > 5)
    }

    @Test("A worker past its memory is replaced; one below it isn't, nor one that has gone")
    func memory() {
        var machine = Machine.ready { $0.maxMemoryBytes = 1000 }
        #expect(machine.core.memoryMeasured(WorkerID(1), bytes: 1000, now: machine.now).isEmpty)
        #expect(machine.core.memoryMeasured(WorkerID(7), bytes: 5000, now: machine.now).isEmpty)
        let actions = machine.perform(machine.core.memoryMeasured(WorkerID(1), bytes: 1001, now: machine.now))
        #expect(actions.contains(.report(.replacing(WorkerID(1), SlotID(0), .memory(1001)))))
        #expect(actions.spawned == [WorkerID(2)])
    }

    @Test("If the new worker fails, the old one serves on, and is left alone for a pause")
    func failure() {
        var machine = Machine.ready { $0.maxRequests = 1 }
        #expect(Self.serve(&machine).spawned == [WorkerID(2)])
        let failed = machine.exit(WorkerID(2), .signalled(6))
        let cause = "signal 6 ended it before it was ready"
        #expect(failed.contains(.report(.replacementFailed(WorkerID(2), SlotID(0), cause: cause))))
        #expect(Self.serve(&machine).spawned.isEmpty)
        machine.advance(by: .seconds(1))
        #expect(Self.serve(&machine).spawned == [WorkerID(3)])
    }

    @Test("A worker that a reload has replaced meanwhile isn't replaced again")
    func reloaded() {
        var machine = Machine.ready(workers: 2) { $0.maxRequests = 2 }
        let a = AppConfiguration(name: "a")
        machine.reload([a], workers: 2)
        for _ in 0..<4 { _ = Self.serve(&machine) }
        machine.ready(WorkerID(3))
        machine.exit(WorkerID(1), .exited(0))
        machine.ready(WorkerID(4))
        let end = machine.exit(WorkerID(2), .exited(0))
        #expect(end.contains(.finishReload(generation: 1, .completed)))
        #expect(end.spawned.isEmpty)
    }
}
