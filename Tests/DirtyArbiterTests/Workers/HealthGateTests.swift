import ArbiterCore
import DirtyWire
import Testing

@testable import DirtyArbiter

@Suite("Health gates")
struct HealthGateTests {
    private let first = HealthGate.Question(app: AppID(4), position: 0, action: "health")
    private let second = HealthGate.Question(app: AppID(2), position: 3, action: "check")

    /// The sequence under which a step asks; 0 if it doesn't.
    private func sequence(_ step: HealthGate.Step) -> UInt64 {
        if case .ask(_, let sequence) = step { sequence } else { 0 }
    }

    @Test("without a question it is passed at once")
    func nothing() {
        var gate = HealthGate([])
        #expect(gate.advance() == .pass)
        #expect(gate.asking == nil)
    }

    @Test("apps are asked in order, and all must be well")
    func order() {
        var gate = HealthGate([first, second])
        let one = gate.advance()
        #expect(one == .ask(first, sequence: sequence(one)))
        #expect(gate.asking == AppID(4))
        let two = gate.received(.response, sequence: sequence(one), isLaneBusy: false, body: .null)
        #expect(two == .ask(second, sequence: sequence(two)))
        #expect(sequence(two) != sequence(one))
        #expect(gate.received(.chunk, sequence: sequence(two), isLaneBusy: true, body: 1) == .wait)
        #expect(gate.received(.end, sequence: sequence(two), isLaneBusy: false, body: nil) == .pass)
    }

    @Test("a lane that stays busy is waited for")
    func busy() {
        var gate = HealthGate([first])
        let asked = sequence(gate.advance())
        #expect(gate.received(.response, sequence: asked, isLaneBusy: true, body: true) == .wait)
        #expect(gate.received(.free, sequence: asked, isLaneBusy: false, body: nil) == .pass)
    }

    @Test("an error says in the plugin's words that the app isn't well")
    func error() {
        var gate = HealthGate([first, second])
        let asked = sequence(gate.advance())
        let step = gate.received(.error, sequence: asked, isLaneBusy: false, body: ["message": "index is empty"])
        guard case .fail(AppID(4), let reason) = step else { return #expect(Bool(false), "\(step)") }
        #expect(reason.contains("index is empty"))
    }

    @Test("false is as good as an error")
    func no() {
        var gate = HealthGate([second])
        let asked = sequence(gate.advance())
        let step = gate.received(.response, sequence: asked, isLaneBusy: false, body: false)
        guard case .fail(AppID(2), let reason) = step else { return #expect(Bool(false), "\(step)") }
        #expect(reason.contains("check"))
    }

    @Test("an answer to what wasn't asked fails the worker")
    func foreign() {
        var gate = HealthGate([first])
        _ = gate.advance()
        let step = gate.received(.response, sequence: 1, isLaneBusy: false, body: .null)
        guard case .fail = step else { return #expect(Bool(false), "\(step)") }
    }

    @Test("questions have sequences that fit a lane's ids and that no call ever gets")
    func sequences() {
        var gate = HealthGate([first, second])
        let asked = sequence(gate.advance())
        #expect(LaneCall.sequence(of: LaneCall.wireID(sequence: asked, lane: 0)) == asked)
        #expect(asked > 1 << 55)
    }
}
