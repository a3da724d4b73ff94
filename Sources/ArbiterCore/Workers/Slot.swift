/// A place for a worker: what outlives the workers that fill it.
struct Slot: Sendable {
    /// The pool whose apps its workers host.
    let pool: Int
    /// Whether it is to have a worker.
    var isOpen = true
    /// The reload whose images its workers load.
    var generation = 0
    /// The worker that fills it, in whatever state.
    ///
    /// One that is let go fills it no more; no other worker of the slot can be ready.
    var current: Int?
    /// The worker that takes its place as soon as it is ready.
    var incoming: Int?
    /// Workers that were ordered for it.
    var spawned = 0
    /// Boots that failed in a row.
    var failedBoots = 0
    /// Why the last of them failed.
    var bootFailure = ""
    /// Whether so many boots failed that its apps can't count on it.
    var isCrashLooping = false
    /// The pause before the next worker.
    var backoff: Backoff
    /// Before then its worker isn't recycled again: the last attempt failed.
    var earliestRecycling = Instant(nanoseconds: 0)
    /// When that one is spawned, and its node among the deadlines; nil when none is due.
    var nextSpawn: (deadline: Instant, timer: HeapHandle)?
    /// The calls bound to it by affinity that wait.
    private var waiting: BoundLine
    /// Those that a lane of its worker has been handed.
    private var handed: BoundLine

    /// Workers that it has had after the first.
    var restarts: Int { max(0, spawned - 1) }

    /// An open slot without a worker.
    init(pool: Int, apps: Int, generation: Int, backoff: Backoff) {
        self.pool = pool
        self.generation = generation
        self.backoff = backoff
        waiting = BoundLine(apps: apps)
        handed = BoundLine(apps: apps)
    }

    /// The calls in this line that are bound to it by affinity.
    subscript(line: Line) -> BoundLine {
        get {
            switch line {
            case .waiting: waiting
            case .handed: handed
            }
        }
        _modify {
            switch line {
            case .waiting: yield &waiting
            case .handed: yield &handed
            }
        }
    }
}
