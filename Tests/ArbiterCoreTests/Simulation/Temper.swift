@testable import ArbiterCore

/// What a world is like: every seed has its own mixture, so that rare things are common somewhere.
struct Temper {
    /// Something that the world may do next.
    enum Step: CaseIterable {
        case call, connect, disconnect, cancel, block, unblock, changeUnsent
        case stepProcess, deliver, bootOrClose, reportExit, readLanes
        case advance, restart, scale, reload, measure, stray, stop

        /// How often it is done in the plainest world.
        var weight: Double {
            switch self {
            case .stepProcess, .deliver: 25
            case .call: 15
            case .bootOrClose: 10
            case .advance: 8
            case .reportExit: 5
            case .unblock: 2
            case .cancel, .readLanes: 1.5
            case .block: 1.5
            case .connect, .disconnect, .restart, .scale, .measure: 0.5
            case .reload: 0.7
            case .changeUnsent, .stray: 1
            case .stop: 0.1
            }
        }
    }

    private let weights: [(step: Step, upTo: Double)]
    /// How readily processes misbehave: 0 for never, 1 for often, more for all the time.
    let trouble: Double
    /// How often a boot fails.
    let failingBoots: Double
    /// How often a worker says what it mustn't.
    let mischief: Double
    /// How often time jumps to the next deadline instead of passing slowly.
    let haste: Double
    /// How often a plugin that could answer sends a chunk instead.
    let streaming: Double
    /// How often a plugin stays on its lane after its answer.
    let lingering: Double

    /// The temper of a seed's world; in a hostile one everything goes wrong often.
    init(isHostile: Bool, using random: inout RandomSource) {
        var upTo = 0.0
        weights = Step.allCases.map { step in
            let factor = [0.3, 1, 1, 3][Int.random(in: 0..<4, using: &random)]
            upTo += step.weight * factor * (isHostile && step == .stray ? 6 : 1)
            return (step, upTo)
        }
        let share = Int.random(in: 0..<4, using: &random)
        trouble = isHostile ? [0.1, 0.3, 0.6, 1][share] : [0, 0.1, 0.3, 1][share]
        failingBoots = [0, 0.25, 0.25, 0.9][Int.random(in: 0..<4, using: &random)] * min(1, 3 * trouble)
        mischief = isHostile ? 0.05 : [0, 0, 0.01, 0.1][Int.random(in: 0..<4, using: &random)]
        haste = [0.02, 0.1, 0.4][Int.random(in: 0..<3, using: &random)]
        streaming = [0.1, 0.3, 0.8][Int.random(in: 0..<3, using: &random)]
        lingering = [0, 0.2, 0.6][Int.random(in: 0..<3, using: &random)]
    }

    /// What to do next.
    func step(using random: inout RandomSource) -> Step {
        let draw = Double.random(in: 0..<weights[weights.count - 1].upTo, using: &random)
        return weights.first { draw < $0.upTo }?.step ?? .advance
    }
}
