import Foundation
import Testing

@testable import ArbiterCore

@Suite("Simulation")
struct SimulationTests {
    /// How many schedules are run; more of them by `DIRTY_SIMULATIONS=100000 swift test -c release`.
    static let schedules = ProcessInfo.processInfo.environment["DIRTY_SIMULATIONS"].flatMap { Int($0) } ?? 10_000
    /// Where the seeds begin.
    static let firstSeed = ProcessInfo.processInfo.environment["DIRTY_SIMULATION_SEED"].flatMap { Int($0) } ?? 1
    static let batches = 8

    @Test("No schedule of events breaks a rule", arguments: 0..<batches)
    func schedules(batch: Int) {
        for seed in stride(from: Self.firstSeed + batch, to: Self.firstSeed + Self.schedules, by: Self.batches) {
            var world = World(seed: UInt64(seed))
            do {
                try world.run()
            } catch {
                Issue.record("seed \(seed): \(error)\n\(Self.trace(of: UInt64(seed)))")
                return
            }
        }
    }

    /// What led to the failure, by running it again.
    static func trace(of seed: UInt64, isHostile: Bool = false) -> String {
        var world = World(seed: seed, isHostile: isHostile, isTracing: true)
        try? world.run()
        return (world.trace ?? []).suffix(60).joined(separator: "\n")
    }
}
