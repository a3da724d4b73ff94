import Testing

@testable import ArbiterCore

@Suite("Lanes")
struct ArbiterCoreLanesTests {
    @Test("Chunks are passed on as they come, and the end frees the lane")
    func stream() {
        var machine = Machine.ready()
        let (call, actions) = machine.call()
        let lane = actions.lane
        #expect(machine.reply(.chunk, call, on: lane) == [.forward(call, ends: false)])
        #expect(machine.reply(.chunk, call, on: lane) == [.forward(call, ends: false)])
        #expect(machine.reply(.end, call, on: lane) == [.forward(call, ends: true)])
        #expect(machine.core.calls.count == 0)
    }

    @Test("A lane whose plugin has answered but not returned is taken until it is freed")
    func busy() {
        var machine = Machine.ready()
        let (call, actions) = machine.call()
        let lane = actions.lane
        #expect(machine.reply(.response, call, on: lane, busy: true) == [.forward(call, ends: true)])
        let (next, none) = machine.call()
        #expect(none.isEmpty)
        #expect(machine.reply(.free, call, on: lane).dispatches.map(\.call) == [next])
    }

    @Test("The late answer of a call that was given up is discarded, chunks and all, and frees the lane")
    func late() {
        var machine = Machine.ready()
        let (call, actions) = machine.call()
        _ = machine.core.callCancelled(call, now: machine.now)
        let next = machine.call().id
        #expect(machine.reply(.chunk, call, on: actions.lane).isEmpty)
        #expect(machine.reply(.end, call, on: actions.lane, busy: true).isEmpty)
        #expect(machine.reply(.free, call, on: actions.lane).dispatches.map(\.call) == [next])
    }

    /// What a worker may do to a lane that it mustn't.
    enum Fault: CaseIterable {
        case strangeSequence, idleLane, freeBeforeAnswer, secondAnswer, chunkAfterAnswer, responseToStream
    }

    @Test("A worker that breaks the lane protocol is killed", arguments: Fault.allCases)
    func fault(_ fault: Fault) {
        var machine = Machine.ready(lanes: 2)
        let (call, actions) = machine.call()
        let lane = actions.lane
        let punished: [Action]
        switch fault {
        case .strangeSequence:
            punished = machine.reply(.response, CallID(sequence: 99, index: 0), on: lane)
        case .idleLane:
            punished = machine.reply(.response, call, on: LaneID(worker: lane.worker, index: 0))
        case .freeBeforeAnswer:
            punished = machine.reply(.free, call, on: lane)
        case .secondAnswer:
            machine.reply(.response, call, on: lane, busy: true)
            punished = machine.reply(.error, call, on: lane)
        case .chunkAfterAnswer:
            machine.reply(.end, call, on: lane, busy: true)
            punished = machine.reply(.chunk, call, on: lane)
        case .responseToStream:
            machine.reply(.chunk, call, on: lane)
            punished = machine.reply(.response, call, on: lane)
        }
        guard case .kill(lane.worker, .fault(let what))? = punished.first, punished.count == 1 else {
            Issue.record("\(punished)")
            return
        }
        #expect(what.contains("lane") || what.contains("call"))
        #expect(machine.reply(.response, CallID(sequence: 99, index: 0), on: lane).isEmpty, "killed twice")
    }

    @Test("What a worker says after it was released is not heard")
    func released() {
        var machine = Machine.ready()
        let (call, actions) = machine.call()
        machine.exit(WorkerID(1), begun: [call.sequence])
        #expect(machine.reply(.response, call, on: actions.lane).isEmpty)
        #expect(machine.core.laneClosed(actions.lane, now: machine.now).isEmpty)
        #expect(machine.lanesRead(WorkerID(1)).isEmpty)
        #expect(machine.core.workerReady(WorkerID(1), hosting: [], now: machine.now).isEmpty)
    }

    @Test("A killed worker's last words still count: an answer that was on its way is delivered")
    func lastWords() {
        var machine = Machine.ready(lanes: 2)
        let good = machine.call()
        let bad = machine.call()
        machine.reply(.free, bad.id, on: bad.actions.lane)
        #expect(machine.reply(.response, good.id, on: good.actions.lane) == [.forward(good.id, ends: true)])
        let ended = machine.exit(WorkerID(1), .signalled(9), begun: [good.id.sequence, bad.id.sequence].reversed())
        #expect(ended.failures.keys.contains(bad.id))
        #expect(!ended.failures.keys.contains(good.id))
    }
}
