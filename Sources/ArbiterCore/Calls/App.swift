/// What the core knows of an app: where it is hosted, what waits for it, and how its calls went.
struct App: Sendable {
    /// A place where the app is hosted.
    struct Seat: Hashable, Sendable {
        /// The pool.
        let pool: Int
        /// The app's position among the pool's apps.
        let position: Int
    }

    /// What was configured.
    var configuration: AppConfiguration {
        didSet { noteBounds() }
    }
    /// Its bounds, ready to be added; `UInt64.max` for none.
    private(set) var timeout: UInt64 = .max
    private(set) var streamTimeout: UInt64 = .max
    /// Whether a reload has removed it: its id stays taken.
    var isRemoved = false
    /// How often its workers were replaced of late.
    var spawnBudget = SpawnBudget()
    /// The pools that host it.
    var seats: [Seat] = []
    /// Its open slots.
    var slots: [Int] = []
    /// How many of them aren't crash-looping; calls fail fast when it is 0.
    var healthySlots = 0
    /// Its waiting calls that any of its workers may take.
    var backlog = Backlog()
    /// Its calls that any of its workers may take, and that a lane has been handed already.
    var handed = Backlog()
    /// All its waiting calls, those bound to a slot and those handed to a lane included.
    var waiting = 0
    /// Its calls on lanes that a client waits for.
    var running = 0
    /// How its calls ended.
    var outcomes = CallOutcomes()
    /// How long its answered calls took, from arrival to answer.
    var latency = LatencyHistogram()
    /// A running mean of the time its calls spend on a lane, in nanoseconds; 0 before the first.
    var meanRun: UInt64 = 0

    /// An app that no slot hosts yet.
    init(_ configuration: AppConfiguration) {
        self.configuration = configuration
        noteBounds()
    }

    /// The oldest of its calls in the line that are bound to no slot; -1 if there is none.
    func head(of line: Line) -> Int {
        switch line {
        case .waiting: backlog.head
        case .handed: handed.head
        }
    }

    /// Puts a call into the line that is bound to no slot.
    mutating func insert(_ index: Int, into line: Line, in calls: inout Slab<Call>) {
        switch line {
        case .waiting: backlog.insert(index, in: &calls)
        case .handed: handed.insert(index, in: &calls)
        }
    }

    /// Takes such a call out of the line.
    mutating func remove(_ index: Int, from line: Line, in calls: inout Slab<Call>) {
        switch line {
        case .waiting: backlog.remove(index, in: &calls)
        case .handed: handed.remove(index, in: &calls)
        }
    }

    private mutating func noteBounds() {
        timeout = configuration.timeout?.clampedNanoseconds ?? .max
        streamTimeout = configuration.streamTimeout?.clampedNanoseconds ?? .max
    }

    /// Takes note of an answer to a call that arrived so many nanoseconds ago.
    mutating func noteAnswer(_ reply: LaneReply, after nanoseconds: UInt64) {
        switch reply {
        case .error: outcomes.failed += 1
        case .rejection: outcomes.rejected += 1
        case .response, .end, .chunk, .free: outcomes.answered += 1
        }
        latency.record(nanoseconds: nanoseconds)
    }

    /// Takes note of how long a call has been on its lane.
    mutating func noteRun(_ nanoseconds: UInt64) {
        meanRun = meanRun == 0 ? nanoseconds : meanRun - meanRun / 8 + nanoseconds / 8
    }
}
