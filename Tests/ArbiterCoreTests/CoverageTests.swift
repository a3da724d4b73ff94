import Testing

@testable import ArbiterCore

@Suite("Coverage")
struct CoverageTests {
    /// Schedules to be run at most until every pair has been met; a fraction of them suffices.
    private static let schedules = 20_000

    @Test("Every state meets every event that can reach it")
    func everyPair() {
        let coverage = Coverage()
        let reachable = Coverage.all.filter { Self.whyUnreachable($0) == nil }
        var misses = reachable
        for seed in 1...Self.schedules where !misses.isEmpty {
            var world = World(seed: UInt64(seed), isHostile: true, coverage: coverage)
            do {
                try world.run()
            } catch {
                Issue.record("seed \(seed): \(error)\n\(SimulationTests.trace(of: UInt64(seed), isHostile: true))")
                return
            }
            if seed % 100 == 0 { misses = reachable.filter { coverage.hits[$0] == nil } }
        }
        print("(state, event) pairs that can be reached and were not: \(misses.count) of \(reachable.count)")
        for miss in misses { print("  \(miss)") }
        #expect(misses.isEmpty)
        let surprises = Coverage.all.filter { coverage.hits[$0] != nil && Self.whyUnreachable($0) != nil }
        #expect(surprises.isEmpty, "said to be unreachable, but reached")
    }

    /// Why an event can't meet a state; nil if it can.
    private static func whyUnreachable(_ pair: Coverage.Pair) -> String? {
        switch pair {
        case .worker(let state, let event): whyUnreachable(state, event)
        case .lane(let state, let event): whyUnreachable(state, event)
        case .call(let state, let event): whyUnreachable(state, event)
        }
    }

    private static func whyUnreachable(_ state: WorkerState, _ event: Coverage.WorkerEvent) -> String? {
        switch (state, event) {
        case (.starting, .lanesRead): "lanes are read for workers that have been ready, or that fail"
        case (.ready, .deadline): "a ready worker may be so for ever"
        case (.starting, .sentenceDeadline), (.retiring, .sentenceDeadline): "it has no calls that could overrun"
        case (.killed, .sentenceDeadline): "its sentence is carried out"
        case (.draining, .slotClosed), (.retiring, .slotClosed): "it fills its slot no more, or the stop has begun"
        case (.starting, .stopDeadline), (.ready, .stopDeadline): "a stop leaves no worker so"
        default: nil
        }
    }

    private static func whyUnreachable(_ state: Lane.State, _ event: Coverage.LaneEvent) -> String? {
        switch (state, event) {
        case (.idle, .strange), (.idle, .exitNotBegun), (.idle, .gracefulStop), (.idle, .immediateStop): nil
        case (.idle, _): "an idle lane has no call that it could happen to"
        case (.answered, .cancelled), (.answered, .disconnected), (.answered, .blocked), (.answered, .unblocked),
            (.abandoned, .cancelled), (.abandoned, .disconnected), (.abandoned, .blocked), (.abandoned, .unblocked),
            (.overrunning, .cancelled), (.overrunning, .disconnected), (.overrunning, .blocked),
            (.overrunning, .unblocked):
            "its call has no client any more"
        case (.paused, .blocked): "its client is blocked already"
        case (.paused, .exitNotBegun), (.answered, .exitNotBegun): "a call that has sent something has begun"
        default: nil
        }
    }

    private static func whyUnreachable(_ state: Call.State, _ event: Coverage.CallEvent) -> String? {
        switch (state, event) {
        case (.waiting, .chunk), (.waiting, .answered), (.waiting, .exitBegun), (.waiting, .exitNotBegun):
            "a waiting call is on no lane"
        case (.handed, .chunk), (.handed, .answered), (.handed, .exitBegun):
            "what the lane wrote before it began the call is read first, and gives it the lane"
        case (.handed, .crashLoop): "its worker is ready"
        case (.running, .crashLoop), (.streaming, .crashLoop): "a call on a lane doesn't need another worker"
        case (.streaming, .exitNotBegun): "a call that has sent something has begun"
        default: nil
        }
    }
}
