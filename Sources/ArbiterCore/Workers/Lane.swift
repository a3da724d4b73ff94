/// What the core knows of one lane: which call has it, and until when it may.
struct Lane: Sendable {
    /// Who has the lane.
    ///
    /// It is free again only when its own call has ended on it, so a late answer can't reach a stranger.
    enum State: Hashable, Sendable, CaseIterable {
        /// No call is on it. Can become: running.
        case idle
        /// A call is on it and its client waits. Can become: paused, answered, abandoned, overrunning, idle.
        case running
        /// Like running, but the client doesn't keep up: the lane isn't read and the app's clock stands still.
        /// Can become: running, answered, abandoned, overrunning, idle.
        case paused
        /// The plugin has answered, but hasn't left the lane yet. Can become: idle, overrunning.
        case answered
        /// Nobody waits for the call any more, and it may take its time. Can become: idle, answered, overrunning.
        case abandoned
        /// The call is past a deadline that kills, and in its grace or after it; nobody waits for it. Its worker gets
        /// nothing new. Can become: idle.
        case overrunning
    }

    /// Who has it.
    var state = State.idle
    /// The call that has it; without meaning while it is idle.
    var call = CallID(sequence: 0, index: -1)
    /// By what the call is known again; nil if it isn't.
    var fingerprint: UInt64?
    /// Whether the call has overrun a bound of the app's own, not just its client's.
    var isToBlame = false
    /// The call's app, and the app's position in the pool.
    var app = 0
    var position = 0
    /// When the call's run began, as far as is known: when it was sent to it, or the call before it ended.
    var dispatched = Instant.never
    /// A rising number given at each such beginning: which lane's call began longest ago.
    var use: UInt64 = 0
    /// When the app's bound on the run, or on the time since the last chunk, is over; `never` without one.
    var runDeadline = Instant.never
    /// When the app's bound on the whole stream is over; `never` without one, and before the first chunk.
    var streamDeadline = Instant.never
    /// What was left of the run's time when the clock was stopped, in nanoseconds.
    var pausedRun: UInt64 = 0
    /// Whether the plugin has been told that nobody waits.
    var isCancelled = false
    /// Whether the plugin has sent a chunk.
    var hasStreamed = false
    /// Whether the plugin has answered.
    var isAnswered = false
    /// Whether the grace of an overrunning call is over.
    var isPastGrace = false
    /// When the nearest deadline is over that matters in its state; `never` if none does.
    var deadline = Instant.never
    /// Its node among the deadlines, and when that is due: no later than the deadline, and often too early.
    var timer: HeapHandle?
    var timerDue = Instant.never
    /// The call that comes next; nil if it has been handed none.
    var handed: HandedCall?
    /// Whether its call has gone on so long that it lost the one handed to it: it is handed none while that call is on it.
    var isStalled = false
    /// When it will have gone on so long.
    var stallDeadline = Instant.never
    /// Its node among the deadlines for that, and when that is due: no later than the deadline, and often too early.
    var stallTimer: HeapHandle?
    var stallTimerDue = Instant.never
    /// Its node among its pool's lanes that may be handed a call.
    var open: HeapHandle?

    /// A call has it from now on, whose run begins; its nodes stay where they are.
    mutating func begin(
        _ call: CallID,
        app: Int,
        position: Int,
        fingerprint: UInt64?,
        use: UInt64,
        bounds: (run: Instant, stall: Instant),
        _ now: Instant
    ) {
        state = .running
        self.call = call
        self.fingerprint = fingerprint
        isToBlame = false
        self.app = app
        self.position = position
        dispatched = now
        self.use = use
        runDeadline = bounds.run
        streamDeadline = .never
        pausedRun = 0
        isCancelled = false
        hasStreamed = false
        isAnswered = false
        isPastGrace = false
        handed = nil
        isStalled = false
        stallDeadline = bounds.stall
    }
}
