import Testing

@testable import ArbiterCore

@Suite("Start")
struct ArbiterCoreTests {
    @Test("Start spawns a worker for every slot, and the machine is ready when they all are")
    func start() {
        var machine = Machine(apps: [AppConfiguration(name: "a")], workers: 2)
        let actions = machine.start()
        #expect(
            actions == [
                .spawn(WorkerID(1), slot: SlotID(0), generation: 0, apps: [AppID(0)], isGated: false),
                .spawn(WorkerID(2), slot: SlotID(1), generation: 0, apps: [AppID(0)], isGated: false),
            ]
        )
        #expect(!machine.core.isReady)
        #expect(machine.ready(WorkerID(1)) == [.report(.ready(WorkerID(1), SlotID(0)))])
        #expect(!machine.core.isReady)
        machine.ready(WorkerID(2))
        #expect(machine.core.isReady)
    }

    @Test("The machine isn't ready while a slot has no ready worker, nor in a stop")
    func readiness() {
        var machine = Machine.ready(workers: 2)
        machine.exit(WorkerID(1))
        #expect(!machine.core.isReady)
        machine.advance(by: .seconds(1))
        machine.ready(WorkerID(3))
        #expect(machine.core.isReady)
        machine.stop(graceful: true)
        #expect(!machine.core.isReady)
    }

    @Test("The same seed gives the same jitter")
    func seeds() {
        var pauses: Set<Duration> = []
        for seed in [1, 1, 2] as [UInt64] {
            var core = ArbiterCore(CoreConfiguration(apps: [AppConfiguration(name: "a")], workers: 1), seed: seed)
            let now = Instant(nanoseconds: 5)
            _ = core.start(now: now)
            _ = core.workerExited(WorkerID(1), .signalled(11), begun: [], now: now)
            pauses.insert(core.nextDeadline! - now)
        }
        #expect(pauses.count == 2)
    }
}
