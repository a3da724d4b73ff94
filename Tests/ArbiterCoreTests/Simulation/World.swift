@testable import ArbiterCore

/// A world around one core: clients, processes and a clock, moved by a seed.
///
/// It keeps its own account of what the rules say, and breaks off at the first action or state that isn't in it.
struct World {
    /// What the core is being told.
    enum Event: Hashable {
        case start
        case call(UInt64)
        case cancel(UInt64)
        case disconnect(ClientID)
        case block(ClientID)
        case unblock(ClientID)
        case frame(LaneID, FakeLane.Frame)
        case closed(WorkerID)
        case read(WorkerID)
        case ready(WorkerID)
        case failedToLoad(WorkerID)
        case exit(WorkerID, WorkerExit)
        case time
        case scale
        case closing(SlotID)
        case restart(SlotID)
        case reload(generation: Int)
        case measured(WorkerID)
        case stop(graceful: Bool)
    }

    var random: RandomSource
    var configuration: CoreConfiguration
    /// What plugins declare, by app.
    var isConcurrent: [Bool]
    var isPinned: [Bool]
    /// The apps that clients know.
    var published: [AppID]
    /// The reload that was asked for and hasn't ended.
    var rollout: Rollout?
    var lastGeneration = 0
    var forgotten: Set<Int> = []
    /// Slots that were open after the last event.
    var openSlots: Set<Int> = []
    /// Those of them that the event has opened: perhaps after it failed calls.
    var newSlots: Set<Int> = []
    /// How often a call of this fingerprint may have killed a worker.
    var kills: [UInt64: Int] = [:]
    var core: ArbiterCore
    var now = Instant(nanoseconds: 1_000_000_000)
    var clients: [FakeClient] = []
    var lastClient = 0
    var calls: [UInt64: FakeCall] = [:]
    /// Workers whose exit hasn't been reported.
    var workers: [FakeWorker] = []
    var lastWorker = 0
    /// Boots that failed in a row, by slot, as far as exits of the slot's own workers show.
    var failedBoots: [SlotID: Int] = [:]
    var loopingSlots: Set<SlotID> = []
    var unsentBytes = 0
    /// What the core wants taken back, and in answer to what.
    var revocations: [(call: CallID, lane: LaneID, claimant: WorkerID?, event: Event)] = []
    var isPerforming = false
    /// Whether a frame has come amid what followed from the event.
    var wasInterrupted = false
    var lastTicket = 0
    var stopSince: Instant?
    var stoppedAtOnce = false
    var isFinished = false
    let temper: Temper
    var coverage: Coverage?
    var trace: [String]?

    init(seed: UInt64, isHostile: Bool = false, coverage: Coverage? = nil, isTracing: Bool = false) {
        var random = RandomSource(seed: seed)
        configuration = Self.configuration(using: &random)
        isConcurrent = configuration.apps.map { _ in random.chance(0.6) }
        isPinned = configuration.apps.map { _ in random.chance(0.15) }
        published = configuration.apps.indices.map { AppID($0) }
        temper = Temper(isHostile: isHostile, using: &random)
        self.random = random
        self.coverage = coverage
        trace = isTracing ? [] : nil
        core = ArbiterCore(configuration, seed: seed)
    }

    private static func configuration(using random: inout RandomSource) -> CoreConfiguration {
        let apps = (0..<Int.random(in: 1...3, using: &random)).map { index in
            var app = AppConfiguration(name: "app\(index)")
            if random.chance(0.3) { app.workers = Int.random(in: 1...3, using: &random) }
            app.isIsolated = random.chance(0.15)
            app.timeout = random.chance(0.8) ? .milliseconds(Int.random(in: 500...4000, using: &random)) : nil
            if random.chance(0.3) { app.streamTimeout = .milliseconds(Int.random(in: 1000...6000, using: &random)) }
            if random.chance(0.2) { app.killOn.insert(.clientTimeout) }
            if random.chance(0.2) { app.killOn.insert(.disconnect) }
            app.stopsFirst = random.chance(0.15)
            return app
        }
        let workers = random.chance(0.02) ? 0 : Int.random(in: 1...4, using: &random)
        let lanes = random.chance(0.4) ? 1 : Int.random(in: 2...4, using: &random)
        var configuration = CoreConfiguration(apps: apps, workers: workers, lanesPerWorker: lanes)
        configuration.backlogPerApp = Int.random(in: 2...12, using: &random)
        configuration.callsPerClient = Int.random(in: 3...10, using: &random)
        configuration.budgetBytes = Int.random(in: 500...3000, using: &random)
        configuration.initTimeout = .seconds(5)
        if random.chance(0.3) {
            configuration.maxRequests = Int.random(in: 1...20, using: &random)
            configuration.maxRequestsJitter = Int.random(in: 0...5, using: &random)
        }
        configuration.prefetches = random.chance(0.75)
        configuration.maxMemoryBytes = random.chance(0.3) ? 1000 : nil
        configuration.quarantineDeaths = Int.random(in: 0...3, using: &random)
        configuration.quarantineTime = .seconds(3)
        configuration.gracefulTimeout = .milliseconds([300, 1000, 3000][Int.random(in: 0..<3, using: &random)])
        return configuration
    }

    /// Runs one schedule: some life, then a stop, until nothing is left.
    mutating func run() throws(Violation) {
        for _ in 0..<Int.random(in: 1...3, using: &random) { connect() }
        try tell(.start) { $0.start(now: $1) }
        try checkSlots()
        if random.chance(0.7) {
            for worker in workers.indices {
                workers[worker].stage = .working
                try sayReady(worker)
            }
        }
        let steps = Int.random(in: 20...150, using: &random)
        for _ in 0..<steps where !isFinished { try step() }
        if stopSince == nil { try stop(graceful: random.chance(0.7)) }
        try wind()
    }

    /// Lets a stopping world come to its end.
    private mutating func wind() throws(Violation) {
        var rounds = 0
        while !isFinished || !workers.isEmpty {
            rounds += 1
            try require(rounds < 2000, "the stop doesn't come to an end")
            switch Int.random(in: 0..<7, using: &random) {
            case 0: try advance()
            case 1: try stepProcess()
            case 2: try deliver()
            case 3: try reportExit()
            case 4: try readLanes()
            case 5: try bootOrClose()
            default: try step()
            }
        }
        try checkEnd()
    }

    private mutating func step() throws(Violation) {
        switch temper.step(using: &random) {
        case .call: try call()
        case .connect: connect()
        case .disconnect: try disconnect()
        case .cancel: try cancel()
        case .block: try block()
        case .unblock: try unblock()
        case .changeUnsent: try changeUnsent()
        case .stepProcess: try stepProcess()
        case .deliver: try deliver()
        case .bootOrClose: try bootOrClose()
        case .reportExit: try reportExit()
        case .readLanes: try readLanes()
        case .advance: try advance()
        case .restart: try restart()
        case .scale: try scale()
        case .reload: try reload()
        case .measure: try measure()
        case .stray: try stray()
        case .stop: try stop(graceful: random.chance(0.5))
        }
    }

    /// Tells the core of an event, and holds its actions against the rules.
    mutating func tell(
        _ event: Event,
        _ body: (inout ArbiterCore, Instant) -> [Action]
    ) throws(Violation) {
        note(event)
        try perform(body(&core, now), of: event)
    }

    /// Writes the event down where the schedule is traced, and counts it where coverage is.
    mutating func note(_ event: Event) {
        trace?.append("\(now.nanoseconds / 1_000_000) ms: \(event)")
        coverage?.note(event, in: self)
    }

    func index(of worker: WorkerID) -> Int? {
        workers.firstIndex { $0.id == worker }
    }
}

extension RandomSource {
    /// Whether something happens that happens so often.
    mutating func chance(_ share: Double) -> Bool {
        Double.random(in: 0..<1, using: &self) < share
    }

    /// One of the elements; nil if there are none.
    mutating func pick<Element>(_ elements: [Element]) -> Element? {
        elements.randomElement(using: &self)
    }
}
