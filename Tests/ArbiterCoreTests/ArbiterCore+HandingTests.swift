import Testing

@testable import ArbiterCore

@Suite("Handing")
struct ArbiterCoreHandingTests {
    /// A started machine that hands calls over.
    static func ready(
        _ app: AppConfiguration = AppConfiguration(name: "a"),
        workers: Int = 1,
        lanes: Int = 1,
        _ change: (inout CoreConfiguration) -> Void = { _ in }
    ) -> Machine {
        Machine.ready(app, workers: workers, lanes: lanes) {
            $0.prefetches = true
            change(&$0)
        }
    }

    @Test("A call that finds every lane busy goes behind the call that began first; one lane has one such call")
    func arrival() {
        var machine = Self.ready(workers: 2)
        let lanes = (0..<2).map { _ in machine.call().actions.lane }
        let handed = (0..<2).map { _ in machine.call() }
        #expect(handed.map { $0.actions.hands.map(\.lane) } == [[lanes[0]], [lanes[1]]])
        #expect(handed.allSatisfy { $0.actions.count == 1 })
        #expect(machine.call().actions.isEmpty)
    }

    @Test("When a call ends, the lane has what it was handed, and is handed the oldest that waits")
    func succession() {
        var machine = Self.ready()
        let first = machine.call()
        let others = (0..<3).map { _ in machine.call().id }
        let lane = first.actions.lane
        let end = machine.reply(.response, first.id, on: lane)
        #expect(
            end == [
                .forward(first.id, ends: true),
                .hand(others[1], lane, app: AppID(0), deadline: nil),
            ]
        )
        #expect(machine.core.calls[others[0].index].state == .running)
        #expect(machine.reply(.response, others[0], on: lane).hands.map(\.call) == [others[2]])
        #expect(machine.reply(.response, others[1], on: lane).hands.isEmpty)
        machine.reply(.response, others[2], on: lane)
        #expect(machine.core.workers.indices.allSatisfy { machine.core.workers[$0].isIdle })
    }

    @Test("A call's time to run counts from the end of the call before it")
    func clock() {
        var app = AppConfiguration(name: "a")
        app.timeout = .seconds(2)
        var machine = Self.ready(app)
        let first = machine.call()
        let second = machine.call().id
        machine.advance(by: .microseconds(900))
        machine.reply(.response, first.id, on: first.actions.lane)
        #expect(machine.advance(by: .seconds(2) - .nanoseconds(1)).failures.isEmpty)
        let failures = machine.advance(by: .nanoseconds(1)).failures
        #expect(
            failures == [second: .timedOutRunning(timeout: .seconds(2), first.actions.lane, isClientTimeout: false)]
        )
    }

    @Test("The request travels with the client's deadline, and the bound on a run is known")
    func deadline() {
        var app = AppConfiguration(name: "a")
        app.timeout = nil
        var machine = Self.ready(app)
        let lane = machine.call().actions.lane
        let (call, actions) = machine.call(timeout: .seconds(3))
        #expect(actions == [.hand(call, lane, app: AppID(0), deadline: machine.now + .seconds(3))])
        #expect(machine.core.runTimeout(of: AppID(0)) == nil)
    }

    @Test("Turned off, and where a request is large, or its app's calls are long, nothing is handed over")
    func exceptions() {
        var machine = Self.ready { $0.prefetches = false }
        _ = machine.call()
        #expect(machine.call().actions.isEmpty)

        machine = Self.ready()
        _ = machine.call()
        #expect(machine.call(bytes: ArbiterCore.handedBytes + 1).actions.isEmpty)
        #expect(machine.call().actions.isEmpty, "it would overtake")

        machine = Self.ready()
        let long = machine.call()
        machine.advance(by: .milliseconds(101))
        machine.reply(.response, long.id, on: long.actions.lane)
        _ = machine.call()
        #expect(machine.call().actions.isEmpty)
    }

    @Test("A serial app's call follows only its own app's call; a pinned one's only on lane 0")
    func flags() {
        var machine = Machine(apps: [AppConfiguration(name: "s"), AppConfiguration(name: "c")], workers: 1, lanes: 2) {
            $0.prefetches = true
        }
        machine.flags[AppID(0)] = (false, false)
        machine.start()
        machine.readyAll()
        let concurrent = machine.call(1).actions.lane
        let serial = machine.call(0).actions.lane
        #expect(machine.call(0).actions.hands.map(\.lane) == [serial])
        #expect(machine.call(0).actions.isEmpty)
        #expect(machine.call(1).actions.hands.map(\.lane) == [concurrent])

        machine = Machine(apps: [AppConfiguration(name: "p")], workers: 1, lanes: 2) { $0.prefetches = true }
        machine.flags[AppID(0)] = (true, true)
        machine.start()
        machine.readyAll()
        let pinned = machine.call().actions.lane
        #expect(pinned.index == 0)
        #expect(machine.call().actions.hands.map(\.lane) == [pinned])
        #expect(machine.call().actions.isEmpty)
    }

    @Test("A call with affinity is handed only to its own slot's worker")
    func affinity() {
        var machine = Self.ready(workers: 2)
        let bound = machine.call(affinity: 5).actions.lane
        _ = machine.call()
        #expect(machine.call(affinity: 5).actions.hands.map(\.lane) == [bound])
        #expect(machine.call(affinity: 5).actions.isEmpty)
    }

    @Test("What was handed over counts as waiting, for the bound and for whoever looks")
    func counted() {
        var machine = Self.ready { $0.backlogPerApp = 2 }
        for _ in 0..<3 { _ = machine.call() }
        let app = machine.core.snapshot(now: machine.now).apps[0]
        #expect(app.backlog == 2 && app.running == 1)
        guard case .overloaded(.backlog(2), _)? = machine.refusal() else {
            Issue.record("a third call waits")
            return
        }
    }

    @Test("Behind a call that goes on for longer than a millisecond, or twice the mean, nothing waits on the lane")
    func stall() {
        var machine = Self.ready(workers: 2)
        let running = (0..<2).map { _ in machine.call() }
        let handed = machine.call()
        #expect(machine.advance(by: .microseconds(999)).isEmpty)
        let stalled = machine.advance(by: .microseconds(1))
        #expect(stalled.revocations == [handed.id])
        #expect(machine.settle(stalled).isEmpty, "the other lane has stalled as well")
        let served = machine.reply(.response, running[1].id, on: running[1].actions.lane)
        #expect(served.dispatches.map(\.call) == [handed.id])
        let next = machine.call()
        #expect(next.actions.hands.map(\.lane) == [running[1].actions.lane], "the first lane is handed nothing")
    }

    @Test("How long is long follows from the app's own calls")
    func mean() {
        var machine = Self.ready()
        let slow = machine.call()
        machine.advance(by: .milliseconds(10))
        machine.reply(.response, slow.id, on: slow.actions.lane)
        _ = machine.call()
        let handed = machine.call().id
        #expect(machine.advance(by: .milliseconds(20) - .nanoseconds(1)).isEmpty)
        #expect(machine.advance(by: .nanoseconds(1)).revocations == [handed])
    }

    @Test("A lane that is held by a call that has answered, has no client or isn't read loses what it was handed")
    func heldLanes() {
        let holds: [(inout Machine, CallID, LaneID) -> [Action]] = [
            { $0.reply(.response, $1, on: $2, busy: true) },
            { machine, call, _ in machine.perform(machine.core.callCancelled(call, now: machine.now)) },
            { machine, call, lane in
                machine.reply(.chunk, call, on: lane)
                return machine.perform(machine.core.clientBlocked(Machine.client, now: machine.now))
            },
        ]
        for hold in holds {
            var machine = Self.ready()
            let first = machine.call()
            let handed = machine.call()
            #expect(handed.actions.hands.count == 1)
            let actions = hold(&machine, first.id, first.actions.lane)
            #expect(actions.revocations == [handed.id])
            #expect(machine.settle(actions).isEmpty)
            #expect(machine.core.calls[handed.id.index].state == .waiting)
        }
    }
}
