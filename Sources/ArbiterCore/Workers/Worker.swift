/// What the core knows of a worker process from its spawning until its exit.
struct Worker: Sendable {
    /// What is to become of a worker that may have to be killed.
    enum Sentence: Hashable, Sendable {
        /// Nothing.
        case none
        /// A call of it overran its grace; the calls on its other lanes get time to end first.
        case suspended
        /// It is killed once its lanes have been read, if there is still a reason.
        case reading(Charge)
    }

    /// Why it would be killed.
    enum Charge: Hashable, Sendable {
        /// A call of it overran its grace.
        case overran
        /// It had to end, and didn't in time.
        case lingered
        /// It broke off and went on existing; how.
        case fault(String)
    }

    /// What runs of one of its apps.
    struct Seat: Hashable, Sendable {
        /// Lanes that have a call for the app.
        var running = 0
        /// Whether its calls may run side by side.
        var isConcurrent = false
        /// Whether they must run on lane 0.
        var isPinned = false
    }

    /// Its identity.
    let id: WorkerID
    /// Its slot.
    let slot: Int
    /// Its slot's pool.
    let pool: Int
    /// The reload whose images it has loaded.
    let generation: Int
    /// Where it is in its life.
    var state = WorkerState.starting
    /// What is to become of it.
    var sentence = Sentence.none
    /// Its lanes.
    var lanes: ContiguousArray<Lane>
    /// Those that are idle.
    var idle: LaneSet
    /// Its apps, by their position in the pool.
    var seats: ContiguousArray<Seat>
    /// How many of its lanes overrun.
    var overrunning = 0
    /// A rising number given at each dispatch: which worker was used longest ago.
    var lastUse: UInt64 = 0
    /// Its node among the pool's free workers.
    var free: HeapHandle?
    /// Its nodes among the deadlines: for its state, and for its sentence.
    var timer: HeapHandle?
    var sentenceTimer: HeapHandle?
    /// Calls that it has answered.
    var callsServed = 0
    /// Whether it has been ready.
    var wasReady = false
    /// Whether it ends because it was told to.
    var isExpected = false
    /// Whether the calls on it were ended because its time is over.
    var isGivenUp = false
    /// Whether it was killed long ago and still exists: nothing waits for it any more.
    var isWrittenOff = false
    /// Why it couldn't load its apps, where that is known.
    var bootFailure: String?
    /// For which app it couldn't, where that is known.
    var blamed: AppID?
    /// Answered calls after which it is to be recycled.
    let callLimit: Int
    /// Whether it is to be recycled, or is being.
    var isToBeRecycled = false
    /// What it did wrong, while it is failing.
    var fault = ""

    /// A worker that has just been ordered.
    init(id: WorkerID, slot: Int, pool: Int, generation: Int, lanes: Int, apps: Int, callLimit: Int) {
        self.id = id
        self.slot = slot
        self.pool = pool
        self.generation = generation
        self.callLimit = callLimit
        self.lanes = ContiguousArray(repeating: Lane(), count: lanes)
        idle = LaneSet(allOf: lanes)
        seats = ContiguousArray(repeating: Seat(), count: apps)
    }

    /// The call on the lane has ended: the lane is idle, unless it was handed another.
    ///
    /// Its node among the deadlines stays: it is cheaper to let it come too early than to remove it.
    mutating func endCall(on lane: Int) {
        seats[lanes[lane].position].running -= 1
        if lanes[lane].state == .overrunning { overrunning -= 1 }
        lanes[lane].deadline = .never
        guard lanes[lane].handed == nil else { return }
        lanes[lane].state = .idle
        idle.insert(lane)
    }

    /// Whether a call of it has overrun its grace.
    var isCondemned: Bool {
        overrunning > 0 && lanes.contains { $0.state == .overrunning && $0.isPastGrace }
    }

    /// Whether all its lanes are idle.
    var isIdle: Bool {
        idle.count == lanes.count
    }
}
