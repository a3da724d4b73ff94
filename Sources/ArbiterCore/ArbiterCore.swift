import DequeModule

// A map of this module. The core decides; it performs nothing, and is told the time.
//
//   ArbiterCore.swift              the machine: its state, and this map
//   ArbiterCore+Calls.swift        requests come in, wait, are cancelled, end
//   ArbiterCore+Dispatch.swift     which worker gets which call
//   ArbiterCore+Handing.swift      busy lanes are sent their next call
//   ArbiterCore+Revoking.swift     and lose it again
//   ArbiterCore+Clients.swift      connections come, go, and stop reading
//   ArbiterCore+Lanes.swift        what lanes say
//   ArbiterCore+Deadlines.swift    what a call's time is, and what happens when it is over
//   ArbiterCore+Kills.swift        from an overrun or a fault to SIGKILL
//   ArbiterCore+Workers.swift      workers come up and end
//   ArbiterCore+Slots.swift        slots are filled, replaced, opened and closed; crash loops
//   ArbiterCore+Stopping.swift     the graceful and the immediate end
//   ArbiterCore+Time.swift         the one timer
//   ArbiterCore+Snapshot.swift     what `status` shows
//   Action.swift                   what it asks of the shell
//   CoreConfiguration.swift        what it is told at the start
//   Identifiers.swift              names of apps, slots, workers, lanes, clients, calls
//   Slab.swift, IndexMap.swift     tables without dictionaries, for the call path
//   RandomSource.swift             reproducible jitter
//   Calls/                         a call, its app, backlogs
//   Clients/                       a connection
//   Workers/                       placement, slots, pools, workers, lanes, backoff, rendezvous hashing
//   Time/                          instants and the heap of deadlines
//   Snapshot/                      counts, latencies, and the values of a snapshot

/// The state machine of an arbiter: told what happened and when, it answers with what to do, in order.
///
/// It never waits and is never re-entered: the shell calls one method at a time and performs the actions before the
/// next. What only a bug of ours can cause traps; what a client, a worker or a plugin can cause is an action or a value.
public struct ArbiterCore: Sendable {
    /// What the arbiter as a whole is doing.
    enum Phase: Hashable, Sendable, CaseIterable {
        /// Nothing runs yet. Can become: serving, stopped.
        case unstarted
        /// Calls are accepted and slots are filled. Can become: stopping, stopped.
        case serving
        /// Calls are refused and workers end. Can become: stopped.
        case stopping
        /// Every worker is gone. It stays so.
        case stopped
    }

    let configuration: CoreConfiguration
    var random: RandomSource
    var phase = Phase.unstarted
    /// When it started; `never` before.
    var started = Instant.never
    /// The deadlines of everything that waits for one, a node each.
    var timers = IndexedHeap<Instant, TimerTarget>()
    /// The node for the end of a graceful stop.
    var stopTimer: HeapHandle?

    var apps: ContiguousArray<App>
    var calls = Slab<Call>()
    /// The sequence of the latest call accepted.
    var lastSequence: UInt64 = 0

    var clients = Slab<Client>()
    var clientIndex = IndexMap()

    /// The generation of the latest reload that was completed.
    var generation = 0
    /// The generations whose images may still be needed.
    var generations: Set<Int> = [0]
    /// The replacement of workers that is under way.
    var rollover: Rollover?
    /// What waits for its end: a reload, slots to be replaced, and a size of the pool.
    var waitingReload: Rollout?
    var waitingReplacements: Deque<(slot: Int, cause: ReplacementCause)> = []
    var waitingScale: Int?

    /// The calls that kill workers.
    var quarantine: Quarantine

    var placement: Placement
    var slots: ContiguousArray<Slot> = []
    var pools: ContiguousArray<Pool> = []
    var workers = Slab<Worker>()
    var workerIndex = IndexMap()
    /// The number of the latest worker ordered.
    var lastWorker = 0
    /// How many workers were killed long ago and still exist: a stop doesn't wait for them.
    var writtenOff = 0
    /// The number of the latest dispatch.
    var lastUse: UInt64 = 0

    /// Bytes of the requests held.
    var callBytes = 0
    /// Bytes of replies that clients haven't taken yet.
    var unsentBytes = 0
    /// Calls accepted so far.
    var accepted = 0

    /// Memory of actions that have been performed.
    private var spareActions: [Action] = []
    /// More of it isn't kept: so much is wanted seldom.
    private static let spareActionLimit = 64

    /// A machine for this configuration; `seed` decides its jitter.
    public init(_ configuration: CoreConfiguration, seed: UInt64) {
        precondition(configuration.lanesPerWorker > 0, "a worker needs a lane, not \(configuration.lanesPerWorker)")
        self.configuration = configuration
        random = RandomSource(seed: seed)
        apps = ContiguousArray(configuration.apps.map { App($0) })
        placement = Placement(apps: configuration.apps)
        quarantine = Quarantine(deaths: configuration.quarantineDeaths, time: configuration.quarantineTime)
        placement.scale(to: configuration.workers)
        _ = adoptPlacement()
    }

    /// Spawns a worker for every slot; called once.
    public mutating func start(now: Instant) -> [Action] {
        guard phase == .unstarted else { preconditionFailure("started while \(phase)") }
        phase = .serving
        started = now
        var actions: [Action] = []
        for slot in slots.indices where slots[slot].isOpen {
            spawn(into: slot, generation: generation, isGated: false, now, &actions)
        }
        return actions
    }

    /// Takes back the memory of actions that have been performed, for those of a later call.
    public mutating func reuse(_ actions: consuming [Action]) {
        guard actions.capacity <= Self.spareActionLimit else { return }
        // One by one, because they are one or two.
        while actions.popLast() != nil {}
        spareActions = actions
    }

    /// No actions yet, with memory for some if memory has been given back.
    mutating func takeSpareActions() -> [Action] {
        var actions: [Action] = []
        swap(&actions, &spareActions)
        return actions
    }

    /// Whether every slot has a ready worker, or one that fails to boot again and again: there is nothing to wait for.
    public var isSettled: Bool {
        phase == .serving
            && slots.allSatisfy { slot in
                !slot.isOpen || slot.isCrashLooping || slot.current.map { workers[$0].state == .ready } ?? false
            }
    }

    /// Whether every slot has a ready worker.
    public var isReady: Bool {
        phase == .serving
            && slots.allSatisfy { slot in
                !slot.isOpen || slot.current.map { workers[$0].state == .ready } ?? false
            }
    }
}
