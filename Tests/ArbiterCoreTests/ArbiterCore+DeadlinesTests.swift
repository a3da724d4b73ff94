import Testing

@testable import ArbiterCore

@Suite("Deadlines")
struct ArbiterCoreDeadlinesTests {
    private static func app(
        timeout: Duration? = nil,
        streamTimeout: Duration? = nil,
        killOn: KillReasons = []
    ) -> AppConfiguration {
        var app = AppConfiguration(name: "a")
        app.timeout = timeout
        app.streamTimeout = streamTimeout
        app.killOn = killOn
        return app
    }

    @Test("The plugin is told the nearer of its app's and its client's deadline")
    func dispatched() {
        var machine = Machine.ready(Self.app(timeout: .seconds(10)))
        let start = machine.now
        let (call, actions) = machine.call(timeout: .seconds(4))
        let lane = actions.lane
        #expect(actions == [.dispatch(call, lane, app: AppID(0), deadline: start + .seconds(4))])
        machine.reply(.response, call, on: lane)
        let (second, later) = machine.call(timeout: .seconds(20))
        #expect(later == [.dispatch(second, lane, app: AppID(0), deadline: start + .seconds(10))])
    }

    @Test("Without any timeout there is no deadline, and nothing to wait for")
    func none() {
        var machine = Machine.ready(Self.app())
        let (call, actions) = machine.call()
        #expect(actions == [.dispatch(call, actions.lane, app: AppID(0), deadline: nil)])
        #expect(machine.core.nextDeadline == nil)
    }

    @Test("At the app's timeout the call is answered and told to stop, and its worker gets nothing new")
    func ownTimeout() {
        var machine = Machine.ready(Self.app(timeout: .seconds(1)), lanes: 2)
        let (call, actions) = machine.call()
        let lane = actions.lane
        #expect(
            machine.advance(by: .seconds(1)) == [
                .cancel(lane, sequence: call.sequence, .deadline),
                .fail(call, .timedOutRunning(timeout: .seconds(1), lane, isClientTimeout: false)),
            ]
        )
        #expect(machine.call().actions.isEmpty)
    }

    @Test("A call that ends within the grace costs nothing: its answer is dropped, its lane and worker go on")
    func withinGrace() {
        var machine = Machine.ready(Self.app(timeout: .seconds(1)))
        let (call, actions) = machine.call()
        machine.advance(by: .seconds(1))
        let next = machine.call().id
        machine.advance(by: .milliseconds(999))
        let late = machine.reply(.error, call, on: actions.lane)
        #expect(late == [.dispatch(next, actions.lane, app: AppID(0), deadline: machine.now + .seconds(1))])
        machine.reply(.response, next, on: actions.lane)
        #expect(machine.advance(by: .seconds(1)).isEmpty)
        #expect(machine.core.nextDeadline == nil)
    }

    @Test("At the client's timeout the call is answered; its lane stays taken, and its worker's other lanes go on")
    func clientTimeout() {
        var machine = Machine.ready(Self.app(), lanes: 2)
        let (call, actions) = machine.call(timeout: .seconds(1))
        let lane = actions.lane
        #expect(
            machine.advance(by: .seconds(1)) == [
                .cancel(lane, sequence: call.sequence, .deadline),
                .fail(call, .timedOutRunning(timeout: .seconds(1), lane, isClientTimeout: true)),
            ]
        )
        #expect(machine.call().actions.dispatches.count == 1)
        #expect(machine.call().actions.isEmpty)
        #expect(machine.core.nextDeadline == nil)
    }

    @Test("An abandoned call is bound by its app's timeout all the same, and then costs its worker's life")
    func abandonedHang() {
        var machine = Machine.ready(Self.app(timeout: .seconds(10)))
        let (call, actions) = machine.call(timeout: .seconds(1))
        machine.advance(by: .seconds(1))
        #expect(machine.advance(by: .seconds(9)).isEmpty, "it was told before")
        #expect(machine.advance(by: .seconds(1)) == [.readLanes(WorkerID(1))])
        #expect(machine.lanesRead(WorkerID(1)) == [.kill(WorkerID(1), .overran(call, app: AppID(0)))])
        #expect(actions.lane.worker == WorkerID(1))
    }

    @Test("Chunks of an abandoned stream don't prolong its time")
    func abandonedStream() {
        var machine = Machine.ready(Self.app(timeout: .seconds(2)))
        let (call, actions) = machine.call()
        machine.reply(.chunk, call, on: actions.lane)
        _ = machine.core.callCancelled(call, now: machine.now)
        machine.advance(by: .seconds(1))
        machine.reply(.chunk, call, on: actions.lane)
        machine.advance(by: .seconds(1))
        #expect(machine.core.workers[0].overrunning == 1)
    }

    @Test("Where the app wants it, the client's timeout kills too")
    func killOnClientTimeout() {
        var machine = Machine.ready(Self.app(killOn: .clientTimeout))
        _ = machine.call(timeout: .seconds(1))
        machine.advance(by: .seconds(1))
        #expect(machine.advance(by: .seconds(1)) == [.readLanes(WorkerID(1))])
    }

    @Test("Where the app wants it, a client's cancel or end kills too")
    func killOnDisconnect() {
        var machine = Machine.ready(Self.app(killOn: .disconnect), workers: 2)
        machine.connect(ClientID(2))
        let call = machine.call()
        let other = machine.call(by: ClientID(2))
        _ = machine.core.callCancelled(call.id, now: machine.now)
        _ = machine.core.clientDisconnected(ClientID(2), now: machine.now)
        let read = machine.advance(by: .seconds(1))
        #expect(Set(read) == [.readLanes(call.actions.lane.worker), .readLanes(other.actions.lane.worker)])
    }

    @Test("Between two chunks a stream has the app's timeout, anew with each")
    func betweenChunks() {
        var machine = Machine.ready(Self.app(timeout: .seconds(2)))
        let (call, actions) = machine.call()
        for _ in 0..<5 {
            #expect(machine.advance(by: .milliseconds(1900)).isEmpty)
            machine.reply(.chunk, call, on: actions.lane)
        }
        #expect(machine.advance(by: .seconds(2)).failures.keys.contains(call))
    }

    @Test("A whole stream has the stream timeout from its dispatch, and a call that doesn't stream hasn't")
    func wholeStream() {
        var machine = Machine.ready(Self.app(streamTimeout: .seconds(3)), lanes: 2)
        let stream = machine.call()
        _ = machine.call()
        machine.advance(by: .seconds(2))
        machine.reply(.chunk, stream.id, on: stream.actions.lane)
        let lane = stream.actions.lane
        #expect(
            machine.advance(by: .seconds(1)).failures == [
                stream.id: .timedOutRunning(timeout: .seconds(3), lane, isClientTimeout: false)
            ]
        )
        #expect(machine.advance(by: .seconds(100)).failures.isEmpty)
    }

    @Test("A client's timeout goes on through the waiting and the run, and through chunks")
    func wholeCall() {
        var machine = Machine.ready(Self.app(timeout: .seconds(10)))
        let (first, actions) = machine.call()
        let second = machine.call(timeout: .seconds(4)).id
        machine.advance(by: .seconds(3))
        machine.reply(.response, first, on: actions.lane)
        machine.reply(.chunk, second, on: actions.lane)
        #expect(machine.advance(by: .milliseconds(999)).isEmpty)
        #expect(machine.advance(by: .milliseconds(1)).failures.keys.contains(second))
    }

    @Test("The app's timeout wins where both are over at once")
    func both() {
        var machine = Machine.ready(Self.app(timeout: .seconds(2)))
        let (call, actions) = machine.call(timeout: .seconds(2))
        let failure = machine.advance(by: .seconds(2)).failures[call]
        #expect(failure == .timedOutRunning(timeout: .seconds(2), actions.lane, isClientTimeout: false))
    }

    @Test("A plugin that has answered and doesn't return is bound by its app's timeout")
    func lingeringOnLane() {
        var machine = Machine.ready(Self.app(timeout: .seconds(2)))
        let (call, actions) = machine.call()
        machine.reply(.response, call, on: actions.lane, busy: true)
        #expect(
            machine.advance(by: .seconds(2)) == [.cancel(actions.lane, sequence: call.sequence, .deadline)]
        )
        #expect(machine.advance(by: .seconds(1)) == [.readLanes(WorkerID(1))])
    }
}
