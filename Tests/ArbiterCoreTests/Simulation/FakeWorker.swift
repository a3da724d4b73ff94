@testable import ArbiterCore

/// A worker process as the simulation plays it, together with what the rules say of it.
struct FakeWorker {
    /// What the process is doing.
    enum Stage: Hashable {
        /// It loads.
        case loading
        /// It says ready, and works.
        case working
        /// It closes its apps, and exits when it likes.
        case closing
        /// It will only exit.
        case dead
    }

    let id: WorkerID
    let slot: SlotID
    let apps: [AppID]
    let generation: Int
    let spawned: Instant
    var stage = Stage.loading
    /// Whether the core has been told that it is ready.
    var isReady = false
    /// When it was to end: replaced, its slot closed, or the whole arbiter stopped.
    var drainingSince: Instant?
    /// When it was let go.
    var retiredSince: Instant?
    /// When it said or showed that it was about to exit.
    var failingSince: Instant?
    /// When it was sent SIGKILL.
    var killedSince: Instant?
    /// Since when a call of it has been past its grace: its other calls have had as long to end.
    var condemnedSince: Instant?
    /// Whether it broke the lane protocol in something that has been handed in.
    var isFaulty = false
    /// Whether its lanes are to be read for a kill.
    var isToBeRead = false
    /// Whether it has answered a call.
    var hasServed = false
    /// Whether it lives on long after SIGKILL, in a system call that doesn't end.
    var isStuck = false
    /// Whether its failure to boot has been counted.
    var isCounted = false
    var lanes: [FakeLane]

    /// Whether calls may be sent to it.
    var takesCalls: Bool {
        isReady && drainingSince == nil && failingSince == nil && killedSince == nil
            && !lanes.contains(where: \.isOverrunning)
    }

    /// A call of it has ended, or its grace has: whether it is condemned follows from its calls.
    mutating func reconsider(_ now: Instant) {
        let isCondemned = lanes.contains { $0.isOverrunning && $0.isPastGrace }
        condemnedSince = isCondemned ? condemnedSince ?? now : nil
    }

    /// Whether a call for the app could run on it, with plugins that have these flags.
    func hasLane(for app: AppID, isConcurrent: Bool, isPinned: Bool) -> Bool {
        guard apps.contains(app) else { return false }
        if !isConcurrent, lanes.contains(where: { $0.holder != nil && $0.app == app }) { return false }
        return isPinned ? lanes[0].holder == nil : lanes.contains { $0.holder == nil }
    }
}

/// One lane, from both of its ends.
struct FakeLane {
    /// A frame that the worker has written and the arbiter hasn't read.
    struct Frame: Hashable {
        var reply: LaneReply
        var sequence: UInt64
        var isLaneBusy = false
        var isFault = false
    }

    /// What the worker's thread is doing.
    enum Work: Hashable {
        /// It waits for a request, or hasn't looked at the one in its socket.
        case idle
        /// The plugin runs; `chunks` counts what it has sent.
        case begun(UInt64, chunks: Int)
        /// The plugin has answered and hasn't returned.
        case answered(UInt64)
    }

    /// A request in the lane's socket.
    struct Request: Hashable {
        var sequence: UInt64
        /// Which handing it is of; nil if the lane was free for it.
        var ticket: Int?
    }

    // The worker's end.
    var work = Work.idle
    var requests: [Request] = []
    /// The handings that the shared page lets it begin.
    var claims: Set<Int> = []
    /// The word on the shared page.
    var begun: UInt64 = 0
    /// Whether the plugin pays no attention to anything any more.
    var hangs = false
    var written: [Frame] = []

    // The arbiter's end: what the rules say of it.
    /// The call that has it, until its end has been read.
    var holder: CallID?
    var app = AppID(0)
    var fingerprint: UInt64?
    var isAnswered = false
    var isPaused = false
    var isCancelled = false
    var hasStreamed = false
    var dispatched = Instant(nanoseconds: 0)
    /// When the app's bound on a run is over; nil without one, and while its clock stands still.
    var runDeadline: Instant?
    var runLeft: Duration?
    var streamDeadline: Instant?
    /// Since when the call is past a deadline that kills.
    var overrunningSince: Instant?
    /// Whether it was noticed that its grace is over.
    var isPastGrace = false
    /// The call that comes next, and its app and handing.
    var handed: (call: CallID, app: AppID, fingerprint: UInt64?, ticket: Int)?
    /// The handing of the call that has it; nil if it was free for that one.
    var ticket: Int?

    /// Whether its thread has something to do.
    var isBusy: Bool { work != .idle || !requests.isEmpty }

    var isOverrunning: Bool { holder != nil && overrunningSince != nil }

    /// The end of the call that has it has been read.
    mutating func free() {
        let (work, requests, claims) = (work, requests, claims)
        let (begun, hangs, written, handed) = (begun, hangs, written, handed)
        self = FakeLane()
        (self.work, self.requests, self.claims) = (work, requests, claims)
        (self.begun, self.hangs, self.written, self.handed) = (begun, hangs, written, handed)
    }

    /// Whether the worker has begun what it was handed, although the arbiter has yet to read that the call before ended.
    var hasBegunNext: Bool {
        handed.map { !claims.contains($0.ticket) } ?? false
    }
}

/// A call as the rules see it, from its acceptance to its answer.
struct FakeCall {
    let id: CallID
    let client: ClientID
    let app: AppID
    let timeout: Duration?
    let deadline: Instant?
    let affinity: UInt64?
    let bytes: Int
    let fingerprint: UInt64?
    /// The slot it was bound to after the last event.
    var slot: Int?
    /// The lane it is on; nil while it waits.
    var lane: LaneID?
    /// The lane that it was handed to and may begin on; it counts as waiting.
    var handed: LaneID?
    /// Whether its client took it back before it was known whether it had begun.
    var isCancelled = false
}

/// A connection.
struct FakeClient {
    let id: ClientID
    var isBlocked = false
}
