/// A replacement of workers under way: of one slot for a restart, or of many, one after the other, for a reload.
///
/// There is one at a time, so never more than one worker too many, nor more than one too few.
struct Rollover: Sendable {
    /// What it is for.
    enum Purpose: Sendable {
        /// New code or a new configuration: all slots, or none. Carries what is to be, and how the slots get there.
        case reload(Rollout, Placement.Plan)
        /// The worker of one slot is replaced by another of its generation.
        case replacement
    }

    /// Something done to one slot.
    enum Step: Hashable, Sendable {
        /// Its worker is replaced by one of this generation.
        case replace(Int, generation: Int)
        /// It is opened, and filled by a worker of this generation.
        case open(Int, generation: Int)
        /// It is closed, and its worker let go.
        case close(Int)

        /// The slot.
        var slot: Int {
            switch self {
            case .replace(let slot, _), .open(let slot, _), .close(let slot): slot
            }
        }

        /// The generation of the worker that it brings; nil if it brings none.
        var generation: Int? {
            switch self {
            case .replace(_, let generation), .open(_, let generation): generation
            case .close: nil
            }
        }
    }

    /// What the current step waits for.
    enum Wait: Hashable, Sendable {
        /// Nothing: the next step may begin.
        case nothing
        /// The new worker to be ready.
        case ready(WorkerID)
        /// The old worker to be gone; if `thenSpawns`, the new one is spawned then, with this generation.
        case gone(WorkerID, thenSpawns: Int?)
    }

    /// What it is for.
    let purpose: Purpose
    /// What is still to be done, the next first; reversed so that the next is the last element.
    var remaining: [Step]
    /// What undoes the steps that were taken, in the order in which they were.
    var undo: [Step] = []
    /// The current step's slot; nil before the first.
    var slot: Int?
    /// What the current step waits for.
    var wait = Wait.nothing
    /// Steps taken to their end.
    var done = 0
    /// All steps, without those of a way back.
    let total: Int
    /// Why it goes back; nil while it goes forward.
    var failure: ReloadFailure?

    /// A rollover of these steps, in their order.
    init(_ purpose: Purpose, steps: [Step]) {
        self.purpose = purpose
        remaining = steps.reversed()
        total = steps.count
    }

    /// What the reload changes that it is; nil if it is none.
    var rollout: Rollout? {
        switch purpose {
        case .reload(let rollout, _): rollout
        case .replacement: nil
        }
    }

    /// Whether it is a reload.
    var isReload: Bool { rollout != nil }
}

/// Why a worker is replaced without having died.
public enum ReplacementCause: Hashable, Sendable {
    /// Somebody asked for it.
    case restart
    /// It has answered so many calls that it is recycled.
    case requests(Int)
    /// It holds so many bytes of anonymous memory that it is recycled.
    case memory(Int)
}
