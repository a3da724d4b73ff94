import CDirtyApp
import DirtyWire

/// How far a lane's call is, and the frames that say so.
///
/// A value under its lane's lock.
struct CallState: ~Copyable {
    /// Where the plugin is with the call.
    enum Phase {
        /// There is no call.
        ///
        /// Can become: running.
        case idle
        /// `handle` runs.
        ///
        /// Can become: pending, idle.
        case running
        /// `handle` has returned PENDING, and nothing has ended the call yet.
        ///
        /// Can become: idle.
        case pending
    }

    /// Where the plugin is with the call.
    private(set) var phase = Phase.idle
    /// Whether the plugin no longer trusts its own state.
    private(set) var isPoisoned = false
    /// Whether the lane's thread waits for a pending call to end: it has the next one, or the arbiter has closed the lane.
    var isAwaited = false
    /// Where the attachments of the call's answer may be written; nil if its client gave no memory for them.
    var area: AnswerArea?

    private let socket: Int32
    private var encoder: ReplyEncoder
    private var terms = ReplyTerms()
    private var subject: CallSubject?
    /// Whether what ends the call has happened.
    private var isAnswered = true
    /// Whether the answer is a stream: a chunk has been sent, or is said to come.
    private var hasEmitted = false
    /// Whether the answer has been sent while `handle` runs, so that a `free` frame is owed when it returns.
    private var owesFree = false
    /// Whether the socket has failed: the arbiter has closed the lane, and nothing more can be said.
    private var isBroken = false
    /// Frames to be sent when `handle` returns.
    private var kept = KeptFrames(capacity: keptBytes + LaneReplyHeader.bytes)

    /// Frames up to this size wait for `handle` to return, so that the answer and a free lane are one write; a `free`
    /// frame may follow them.
    private static let keptBytes = 64 << 10

    init(socket: Int32, maxBodyBytes: Int) {
        self.socket = socket
        encoder = ReplyEncoder(maxBodyBytes: maxBodyBytes)
    }

    /// Whether call `id` runs and can still be answered.
    func isOpen(_ id: UInt64) -> Bool {
        terms.call == id && !isAnswered
    }

    /// `call` was received; its `handle` is about to be called.
    mutating func begin(_ call: LaneRequestHeader, _ subject: CallSubject) {
        terms = ReplyTerms(call)
        self.subject = subject
        area = nil
        phase = .running
        isAnswered = false
        hasEmitted = false
        owesFree = false
    }

    /// Sends a chunk.
    ///
    /// Returns what the plugin is told.
    mutating func emit(_ value: PluginValue) -> Int32 {
        do {
            let body = try encoder.body(of: value, on: terms)
            try encoder.checkLength(of: body)
            deliver(.chunk, body, canBeKept: false)
        } catch {
            return error.status
        }
        hasEmitted = true
        // With the arbiter gone from the lane, the call can only end.
        isAnswered = isBroken
        return isBroken ? DIRTY_E_GONE : DIRTY_OK
    }

    /// Notes that the answer is a stream, before its first chunk.
    mutating func beginStream() {
        hasEmitted = true
    }

    /// Ends the call as `finish` says, on the lane's own thread or another.
    ///
    /// Returns what the plugin is told.
    mutating func finish(_ status: Int32, _ value: PluginValue, isOnLaneThread: Bool) -> Int32 {
        if phase == .pending { phase = .idle }
        isAnswered = true
        var result = DIRTY_OK
        switch status {
        case DIRTY_OK:
            result = answer(with: value, canBeKept: isOnLaneThread)
        case ..<0:
            fail(AppError(status, stating: value.json), canBeKept: isOnLaneThread)
        default:
            fail(
                AppError(DIRTY_E_INTERNAL, "the plugin finished the call with status \(status), which is no outcome"),
                canBeKept: isOnLaneThread
            )
            result = DIRTY_E_INVALID
        }
        return isBroken ? DIRTY_E_GONE : result
    }

    /// Ends a call that isn't given to the plugin.
    mutating func refuse(_ error: ErrorReply) {
        phase = .idle
        isAnswered = true
        deliver(.error, encoder.body(of: error, on: terms), flags: .rejected, canBeKept: false)
    }

    /// `handle` has returned.
    ///
    /// Sends what is due; afterwards the call is over, unless it is pending.
    mutating func handleReturned(_ status: Int32) {
        if isAnswered {
            phase = .idle
            sendKept()
        } else if status == DIRTY_PENDING {
            phase = .pending
        } else {
            phase = .idle
            isAnswered = true
            switch status {
            case DIRTY_OK:
                _ = answer(with: .none, canBeKept: false)
            case ..<0:
                fail(AppError(status), canBeKept: false)
            default:
                let message = "the plugin's handle returned \(status), which is neither OK, PENDING nor an error"
                fail(AppError(DIRTY_E_INTERNAL, message), canBeKept: false)
            }
        }
    }

    /// Answers with a value, or with what stands for none.
    ///
    /// Returns what the plugin is told.
    private mutating func answer(with value: PluginValue, canBeKept: Bool) -> Int32 {
        do {
            if !value.json.isEmpty {
                var body = try encoder.body(of: value, on: terms)
                // Those of a stream's chunks aren't: who reads them takes his time.
                if area != nil, !hasEmitted { encoder.place(&body, in: &area) }
                try encoder.checkLength(of: body)
                deliver(hasEmitted ? .chunk : .response, body, canBeKept: canBeKept)
            } else if !hasEmitted {
                deliver(.response, encoder.nullBody(on: terms), canBeKept: canBeKept)
            }
            if hasEmitted { deliver(.end, .empty, canBeKept: canBeKept) }
            return DIRTY_OK
        } catch {
            fail(error.error, canBeKept: canBeKept)
            return error.status
        }
    }

    /// Answers with an error.
    private mutating func fail(_ error: AppError, canBeKept: Bool) {
        isPoisoned = error.status == DIRTY_E_POISONED
        guard let subject else { preconditionFailure("call \(terms.call) without a subject") }
        let body = encoder.body(of: error.reply(subject), on: terms)
        deliver(.error, body, status: error.status, canBeKept: canBeKept)
    }

    /// Sends a frame, or keeps it until `handle` returns.
    private mutating func deliver(
        _ kind: ReplyKind,
        _ body: ReplyEncoder.Body,
        flags: LaneReplyFlags = [],
        status: Int32 = 0,
        canBeKept: Bool
    ) {
        guard !isBroken else { return }
        var frame = ReplyEncoder.Frame(kind: kind, flags: flags, status: status)
        if canBeKept, phase == .running, kept.count + encoder.bytes(of: body) <= Self.keptBytes {
            encoder.append(frame, body, on: terms, to: &kept)
            return
        }
        if phase == .running, kind.isTerminal {
            frame.flags.insert(.laneStaysBusy)
            owesFree = true
        }
        isBroken = encoder.send(frame, body, on: terms, to: socket) != 0
    }

    /// Sends what was kept, and says that the lane is free if the answer couldn't say it.
    private mutating func sendKept() {
        if owesFree { encoder.append(ReplyEncoder.Frame(kind: .free), .empty, on: terms, to: &kept) }
        guard kept.count > 0 else { return }
        if isBroken { kept.removeAll() } else { isBroken = kept.send(to: socket) != 0 }
    }
}
