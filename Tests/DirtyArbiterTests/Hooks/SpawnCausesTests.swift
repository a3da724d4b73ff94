import ArbiterCore
import Testing

@testable import DirtyArbiter

@Suite("Why workers are started")
struct SpawnCausesTests {
    private func cause(
        _ causes: inout SpawnCauses,
        _ event: SpawnCauses.Event,
        slot: Int = 0,
        generation: Int = 0,
        isReloading: Bool = false
    ) -> SpawnCause {
        causes.event = event
        return causes.cause(slot: SlotID(slot), generation: generation, isReloading: isReloading)
    }

    @Test(
        "the first of a slot: the start, a pool that grows, an app that fails among others, or one that a reload adds"
    )
    func first() {
        var causes = SpawnCauses()
        #expect(cause(&causes, .start, slot: 0) == .start)
        #expect(cause(&causes, .start, slot: 1) == .start)
        #expect(cause(&causes, .scale, slot: 2) == .scale)
        #expect(cause(&causes, .exile, slot: 3) == .exile)
        #expect(cause(&causes, .other, slot: 4, isReloading: true) == .reload)
        #expect(cause(&causes, .other, slot: 5) == .scale)
    }

    @Test("the next of a slot: a death, a wish, or a slot that is opened again")
    func next() {
        var causes = SpawnCauses()
        _ = cause(&causes, .start)
        #expect(cause(&causes, .other) == .respawn)
        #expect(cause(&causes, .other, isReloading: true) == .respawn)
        #expect(cause(&causes, .exile) == .respawn)
        #expect(cause(&causes, .restart) == .restart)
        #expect(cause(&causes, .scale) == .scale)
    }

    @Test("a replacement that the core has announced has its cause, whenever it comes, and once")
    func replacements() {
        var causes = SpawnCauses()
        for slot in 0..<2 { _ = cause(&causes, .start, slot: slot) }
        causes.note(.replacing(WorkerID(1), SlotID(0), .restart))
        causes.note(.replacing(WorkerID(2), SlotID(1), .memory(1 << 30)))
        #expect(cause(&causes, .other, slot: 1) == .recycle)
        #expect(cause(&causes, .other, slot: 0) == .restart)
        #expect(cause(&causes, .other, slot: 0) == .respawn)
        causes.note(.replacing(WorkerID(3), SlotID(0), .requests(1000)))
        #expect(cause(&causes, .other, slot: 0) == .recycle)
    }

    @Test("a newer generation is a reload, and going back is a rollback")
    func generations() {
        var causes = SpawnCauses()
        for slot in 0..<2 { _ = cause(&causes, .start, slot: slot) }
        #expect(cause(&causes, .other, slot: 0, generation: 1, isReloading: true) == .reload)
        #expect(cause(&causes, .other, slot: 0, generation: 1, isReloading: true) == .respawn)
        #expect(cause(&causes, .other, slot: 1, generation: 1, isReloading: true) == .reload)
        #expect(cause(&causes, .other, slot: 0, generation: 0, isReloading: true) == .rollback)
    }
}
