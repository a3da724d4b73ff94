import Testing

@testable import ArbiterCore

@Suite("Quarantined calls")
struct ArbiterCoreQuarantineTests {
    /// Lets a call with this fingerprint kill its worker, and gets the next one ready.
    private static func kill(_ machine: inout Machine, _ fingerprint: UInt64, crashedLane: Int? = nil) -> [Action] {
        let (call, actions) = machine.call(fingerprint: fingerprint)
        let worker = actions.lane.worker
        var begun = Array(repeating: UInt64(0), count: 4)
        begun[actions.lane.index] = call.sequence
        let exit = machine.exit(worker, .signalled(11), begun: begun, crashedLane: crashedLane)
        machine.advance(by: .seconds(40))
        machine.readyAll()
        return exit
    }

    @Test("A call that has killed three workers is refused, another of the same app isn't, and a reload clears it")
    func threeDeaths() {
        var machine = Machine.ready()
        for _ in 0..<2 { _ = Self.kill(&machine, 7) }
        #expect(Self.kill(&machine, 7).contains(.report(.quarantined(fingerprint: 7, AppID(0)))))
        #expect(machine.refusal(fingerprint: 7) == .quarantined(remaining: .seconds(3560)))
        #expect(machine.refusal(fingerprint: 8) == nil)
        #expect(machine.core.quarantined(now: machine.now).map(\.deaths) == [3])
        machine.reload([AppConfiguration(name: "a")])
        machine.finishRollover()
        #expect(machine.refusal(fingerprint: 7) == nil)
    }

    @Test("The same call that waits already is refused, too")
    func waiting() {
        var machine = Machine.ready()
        for _ in 0..<2 { _ = Self.kill(&machine, 7) }
        let (call, actions) = machine.call(fingerprint: 7)
        let same = machine.call(fingerprint: 7).id
        machine.exit(actions.lane.worker, begun: [call.sequence])
        machine.advance(by: .seconds(5))
        #expect(machine.readyAll().failures == [same: .quarantined(remaining: .seconds(3595))])
    }

    @Test("It is let in again after an hour, and when it is cleared")
    func ends() {
        var machine = Machine.ready()
        for _ in 0..<3 { _ = Self.kill(&machine, 7) }
        machine.core.clearQuarantine(app: AppID(3))
        #expect(machine.refusal(fingerprint: 7) != nil)
        machine.core.clearQuarantine(app: AppID(0))
        #expect(machine.core.quarantineFailure(7, machine.now) == nil)
        for _ in 0..<3 { _ = Self.kill(&machine, 9) }
        machine.advance(by: .seconds(3600))
        #expect(machine.core.quarantined(now: machine.now).isEmpty)
    }

    @Test("With others on the worker only a call that the crash handler names is blamed")
    func named() {
        var machine = Machine.ready(lanes: 4)
        for named in [nil, 3] {
            let calls = (0..<2).map { machine.call(fingerprint: UInt64($0 + 1)) }
            var begun = Array(repeating: UInt64(0), count: 4)
            for (call, actions) in calls { begun[actions.lane.index] = call.sequence }
            machine.exit(calls[0].actions.lane.worker, begun: begun, crashedLane: named)
            machine.advance(by: .seconds(5))
            machine.readyAll()
        }
        _ = Self.kill(&machine, 1, crashedLane: 3)
        #expect(machine.core.quarantined(now: machine.now).isEmpty, "two deaths, by two names")
        _ = Self.kill(&machine, 1, crashedLane: 3)
        #expect(machine.core.quarantined(now: machine.now).map(\.fingerprint) == [1])
    }

    @Test("A call that overran a bound of its app's is blamed for the kill; one that overran its client's isn't")
    func overruns() {
        var app = AppConfiguration(name: "a")
        app.timeout = .seconds(2)
        app.killOn = .clientTimeout
        var machine = Machine.ready(app) { $0.quarantineDeaths = 1 }
        for (fingerprint, timeout) in [(UInt64(1), Duration.seconds(1)), (2, .seconds(9))] {
            let (call, actions) = machine.call(timeout: timeout, fingerprint: fingerprint)
            machine.advance(by: .seconds(3))
            machine.lanesRead(actions.lane.worker)
            machine.exit(actions.lane.worker, .signalled(9), begun: [call.sequence])
            machine.advance(by: .seconds(5))
            machine.readyAll()
        }
        #expect(machine.core.quarantined(now: machine.now).map(\.fingerprint) == [2])
    }

    @Test("Off, it blames nobody; and what can't be known again isn't blamed")
    func off() {
        var machine = Machine.ready { $0.quarantineDeaths = 0 }
        for _ in 0..<5 { _ = Self.kill(&machine, 7) }
        #expect(machine.refusal(fingerprint: 7) == nil)
    }
}
