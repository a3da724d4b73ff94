import ArbiterCore
import DirtyWire
import Testing

@testable import DirtyArbiter

@Suite("Waiting for a restart")
struct RestartWaitersTests {
    @Test("only a later worker of the slot is what is waited for")
    func later() {
        var waiters = RestartWaiters()
        var answers: [JSONValue] = []
        waiters.add(SlotID(1), after: WorkerID(5)) { answers.append((try? $0.get()) ?? .null) }
        waiters.settle(SlotID(1), WorkerID(5), .success(1))
        waiters.settle(SlotID(0), WorkerID(6), .success(2))
        #expect(answers.isEmpty)
        waiters.settle(SlotID(1), WorkerID(7), .success(3))
        waiters.settle(SlotID(1), WorkerID(8), .success(4))
        #expect(answers == [3])
    }

    @Test("why a worker failed is remembered while somebody waits")
    func reasons() {
        var waiters = RestartWaiters()
        waiters.noteFailure(of: WorkerID(2), "early")
        #expect(waiters.reason(of: WorkerID(2)) == nil)
        waiters.add(SlotID(0), after: WorkerID(1)) { _ in }
        waiters.noteFailure(of: WorkerID(3), "no licence")
        #expect(waiters.reason(of: WorkerID(3)) == "no licence")
        waiters.settle(SlotID(0), WorkerID(3), .success(.null))
        #expect(waiters.reason(of: WorkerID(3)) == nil)
    }

    @Test("a stop answers all")
    func stop() {
        var waiters = RestartWaiters()
        var failures = 0
        for slot in 0..<3 {
            waiters.add(SlotID(slot), after: WorkerID(1)) { if case .failure = $0 { failures += 1 } }
        }
        waiters.settleAll(ErrorReply(.reload, "stopping", executed: .no))
        waiters.settleAll(ErrorReply(.reload, "stopping", executed: .no))
        #expect(failures == 3)
    }
}
