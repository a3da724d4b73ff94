import Testing

@testable import ArbiterCore

@Suite("Clients")
struct ArbiterCoreClientsTests {
    @Test("A client that goes takes its waiting calls with it; its running ones are told to stop and keep their lanes")
    func disconnect() {
        var machine = Machine.ready()
        machine.connect(ClientID(2))
        let (running, actions) = machine.call(by: ClientID(2))
        let waiting = machine.call(by: ClientID(2)).id
        let stranger = machine.call().id
        let gone = machine.core.clientDisconnected(ClientID(2), now: machine.now)
        #expect(Set(gone.filter { if case .drop = $0 { true } else { false } }) == [.drop(running), .drop(waiting)])
        #expect(gone.contains(.cancel(actions.lane, sequence: running.sequence, .cancelled)))
        #expect(gone.count == 3)
        #expect(machine.reply(.response, running, on: actions.lane).dispatches.map(\.call) == [stranger])
        let snapshot = machine.core.snapshot(now: machine.now)
        #expect(snapshot.outcomes.cancelled == 2)
        #expect(snapshot.usedBytes == 10)
        #expect(snapshot.clients == 1)
    }

    @Test("Lanes that stream to a client that doesn't read are paused, and read again when it does")
    func blocked() {
        var machine = Machine.ready(workers: 2)
        let stream = machine.call()
        let other = machine.call()
        let lane = stream.actions.lane
        machine.reply(.chunk, stream.id, on: lane)
        #expect(machine.core.clientBlocked(Machine.client, now: machine.now) == [.pauseReading(lane)])
        #expect(machine.reply(.response, other.id, on: other.actions.lane) == [.forward(other.id, ends: true)])
        #expect(machine.core.clientUnblocked(Machine.client, now: machine.now) == [.resumeReading(lane)])
        #expect(machine.core.clientUnblocked(Machine.client, now: machine.now).isEmpty)
    }

    @Test("A stream that begins while its client is blocked is paused after its first chunk")
    func blockedBefore() {
        var machine = Machine.ready()
        let (call, actions) = machine.call()
        #expect(machine.core.clientBlocked(Machine.client, now: machine.now).isEmpty)
        #expect(
            machine.reply(.chunk, call, on: actions.lane) == [.forward(call, ends: false), .pauseReading(actions.lane)]
        )
    }

    @Test("A paused lane is read again when its call ends, is cancelled, or loses its client")
    func resumed() {
        var machine = Machine.ready(workers: 3)
        machine.connect(ClientID(2))
        let calls = [machine.call(), machine.call(), machine.call(by: ClientID(2))]
        for call in calls { machine.reply(.chunk, call.id, on: call.actions.lane) }
        _ = machine.core.clientBlocked(Machine.client, now: machine.now)
        _ = machine.core.clientBlocked(ClientID(2), now: machine.now)
        let lanes = calls.map(\.actions.lane)
        #expect(
            machine.reply(.end, calls[0].id, on: lanes[0]) == [
                .forward(calls[0].id, ends: true), .resumeReading(lanes[0]),
            ]
        )
        #expect(machine.core.callCancelled(calls[1].id, now: machine.now).contains(.resumeReading(lanes[1])))
        #expect(machine.core.clientDisconnected(ClientID(2), now: machine.now).contains(.resumeReading(lanes[2])))
    }

    @Test("The time in which its client doesn't read doesn't count for a stream, but the whole stream's time does")
    func clock() {
        var app = AppConfiguration(name: "a")
        app.timeout = .seconds(2)
        app.streamTimeout = .seconds(10)
        var machine = Machine.ready(app)
        let (call, actions) = machine.call()
        machine.advance(by: .seconds(1))
        machine.reply(.chunk, call, on: actions.lane)
        machine.advance(by: .seconds(1))
        _ = machine.core.clientBlocked(Machine.client, now: machine.now)
        #expect(machine.advance(by: .seconds(5)).isEmpty)
        _ = machine.core.clientUnblocked(Machine.client, now: machine.now)
        #expect(machine.advance(by: .milliseconds(999)).isEmpty)
        #expect(machine.advance(by: .milliseconds(1)).failures[call] != nil)
    }

    @Test("A stream that is blocked for longer than the whole stream's time ends, and is read on")
    func streamTimeoutWhileBlocked() {
        var app = AppConfiguration(name: "a")
        app.streamTimeout = .seconds(10)
        var machine = Machine.ready(app)
        let (call, actions) = machine.call()
        machine.reply(.chunk, call, on: actions.lane)
        _ = machine.core.clientBlocked(Machine.client, now: machine.now)
        let lane = actions.lane
        #expect(
            machine.advance(by: .seconds(10)) == [
                .cancel(lane, sequence: call.sequence, .deadline),
                .fail(call, .timedOutRunning(timeout: .seconds(10), lane, isClientTimeout: false)),
                .resumeReading(lane),
            ]
        )
    }
}
