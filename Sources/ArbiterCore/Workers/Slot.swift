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
    private(set) var waiting: BoundLine
    /// Those that a lane of its worker has been handed.
    private(set) var handed: BoundLine

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

    /// Whether there is no call in the line that is bound to it.
    func isEmpty(_ line: Line) -> Bool {
        switch line {
        case .waiting: waiting.heads.isEmpty
        case .handed: handed.heads.isEmpty
        }
    }

    /// The oldest call that is bound to it in the line, of those whose app's position matches.
    func oldest(in line: Line, where matches: (Int) -> Bool) -> (sequence: UInt64, position: Int)? {
        switch line {
        case .waiting: waiting.heads.oldest(where: matches)
        case .handed: handed.heads.oldest(where: matches)
        }
    }

    /// The oldest call in the line that is bound to it, of the app at `position`; -1 if there is none.
    func head(of line: Line, at position: Int) -> Int {
        switch line {
        case .waiting: waiting.backlogs[position].head
        case .handed: handed.backlogs[position].head
        }
    }

    /// Puts a call of the app at `position` into the line.
    mutating func insert(_ index: Int, into line: Line, at position: Int, in calls: inout Slab<Call>) {
        switch line {
        case .waiting: waiting.insert(index, at: position, in: &calls)
        case .handed: handed.insert(index, at: position, in: &calls)
        }
    }

    /// Takes such a call out of the line.
    mutating func remove(_ index: Int, from line: Line, at position: Int, in calls: inout Slab<Call>) {
        switch line {
        case .waiting: waiting.remove(index, at: position, in: &calls)
        case .handed: handed.remove(index, at: position, in: &calls)
        }
    }
}
