/// What the core knows at one instant, in plain values: what `status` shows.
public struct CoreSnapshot: Hashable, Sendable {
    /// What the arbiter as a whole is doing.
    public enum Phase: String, Hashable, Sendable {
        /// It hasn't started.
        case unstarted
        /// It accepts calls.
        case serving
        /// It refuses calls and ends its workers.
        case stopping
        /// Every worker is gone.
        case stopped
    }

    /// What the arbiter as a whole is doing.
    public var phase: Phase
    /// Time since it started.
    public var uptime: Duration
    /// The generation of the latest reload that was completed; 0 before the first.
    public var generation: Int
    /// Whether a reload is under way.
    public var isReloading: Bool
    /// The configured apps, in their order.
    public var apps: [AppSnapshot]
    /// The open slots, in their order.
    public var slots: [SlotSnapshot]
    /// The workers, oldest first; those that are ending included.
    public var workers: [WorkerSnapshot]
    /// Connections.
    public var clients: Int
    /// Calls accepted so far.
    public var callsAccepted: Int
    /// Calls that wait for a lane.
    public var callsWaiting: Int
    /// Calls on lanes whose clients wait for them.
    public var callsRunning: Int
    /// How the calls of all apps ended.
    public var outcomes: CallOutcomes
    /// Bytes of requests and unsent replies held.
    public var usedBytes: Int
    /// The bound on them.
    public var budgetBytes: Int
}

/// An app at one instant.
public struct AppSnapshot: Hashable, Sendable {
    /// Which app.
    public var app: AppID
    /// The slots that host it.
    public var slots: [SlotID]
    /// How many of them have a ready worker.
    public var readyWorkers: Int
    /// Its calls that wait for a lane.
    public var backlog: Int
    /// Its calls on lanes whose clients wait for them.
    public var running: Int
    /// How its calls ended.
    public var outcomes: CallOutcomes
    /// How long its answered calls took; nil before the first.
    public var latency: LatencySnapshot?
    /// Why its calls fail fast: all its slots are crash-looping; nil if they don't.
    public var crashLooping: String?
}

/// How long answered calls took, from arrival to answer; quantiles are off by at most a sixteenth.
public struct LatencySnapshot: Hashable, Sendable {
    /// How many were answered.
    public var count: Int
    /// Half of them took no longer.
    public var p50: Duration
    /// 90 of 100 took no longer.
    public var p90: Duration
    /// 99 of 100 took no longer.
    public var p99: Duration
    /// The longest.
    public var longest: Duration
}

/// A slot at one instant.
public struct SlotSnapshot: Hashable, Sendable {
    /// Which slot.
    public var slot: SlotID
    /// The apps it hosts.
    public var apps: [AppID]
    /// The worker that fills it; nil while it waits for one.
    public var worker: WorkerID?
    /// The worker that will replace that one.
    public var incoming: WorkerID?
    /// The generation that its next worker loads.
    public var generation: Int
    /// Workers it has had after the first.
    public var restarts: Int
    /// Time until the next worker is spawned, if one is due.
    public var nextSpawn: Duration?
    /// Why it fails to boot again and again; nil if it doesn't.
    public var crashLooping: String?
}

/// A worker at one instant.
public struct WorkerSnapshot: Hashable, Sendable {
    /// Which worker.
    public var worker: WorkerID
    /// Its slot.
    public var slot: SlotID
    /// Where it is in its life.
    public var state: WorkerState
    /// The reload whose images it has loaded.
    public var generation: Int
    /// The apps it hosts.
    public var apps: [AppID]
    /// Its lanes.
    public var lanes: Int
    /// Those that a call has.
    public var lanesBusy: Int
    /// Calls that it has answered.
    public var callsServed: Int
    /// Workers that its slot has had after the first.
    public var restarts: Int
}
