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
        isOccupied: Bool = false
    ) -> SpawnCause {
        causes.event = event
        return causes.cause(slot: SlotID(slot), generation: generation, isOccupied: isOccupied)
    }

    @Test("the first of a slot: the start, or a pool that grows")
    func first() {
        var causes = SpawnCauses()
        #expect(cause(&causes, .start, slot: 0) == .start)
        #expect(cause(&causes, .start, slot: 1) == .start)
        #expect(cause(&causes, .scale, slot: 2) == .scale)
    }

    @Test("the next of a slot: a death, a wish, a slot that is opened again, or a life that was long enough")
    func next() {
        var causes = SpawnCauses()
        _ = cause(&causes, .start)
        #expect(cause(&causes, .other) == .respawn)
        #expect(cause(&causes, .restart, isOccupied: true) == .restart)
        #expect(cause(&causes, .restart) == .restart)
        #expect(cause(&causes, .scale) == .scale)
        #expect(cause(&causes, .other, isOccupied: true) == .recycle)
    }

    @Test("a newer generation is a reload, whatever led to it, and going back is a rollback")
    func generations() {
        var causes = SpawnCauses()
        for slot in 0..<2 { _ = cause(&causes, .start, slot: slot) }
        #expect(cause(&causes, .other, slot: 0, generation: 1, isOccupied: true) == .reload)
        #expect(cause(&causes, .other, slot: 0, generation: 1) == .respawn)
        #expect(cause(&causes, .other, slot: 1, generation: 1) == .reload)
        #expect(cause(&causes, .other, slot: 0, generation: 0, isOccupied: true) == .rollback)
        #expect(cause(&causes, .other, slot: 0, generation: 2) == .reload)
        #expect(cause(&causes, .other, slot: 5, generation: 3) == .reload)
    }
}
