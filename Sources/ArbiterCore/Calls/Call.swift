/// What the core knows of an accepted call until its terminal answer.
struct Call: Sendable {
    /// Where a call is between its acceptance and its answer.
    enum State: Hashable, Sendable, CaseIterable {
        /// It is in a backlog. Can become: handed, running; or it ends.
        case waiting
        /// It has been sent to a lane that runs another call, and counts as waiting. Can become: running (the other has
        /// ended); waiting (it was revoked, or its worker died before it began); or it ends.
        case handed
        /// It is on a lane and nothing has come back. Can become: streaming; waiting (its worker died before it began, or
        /// it was revoked); or it ends.
        case running
        /// It is on a lane and its client has a part of the answer. It can only end.
        case streaming
    }

    /// Its identity.
    let id: CallID
    /// Where it is.
    var state = State.waiting
    /// The app it is for.
    let app: Int
    /// The slot that its affinity binds it to; nil if any will do.
    var slot: Int?
    /// Its affinity key's hash.
    let affinity: UInt64?
    /// By what it is known again; nil if it isn't.
    let fingerprint: UInt64?
    /// Who waits for it.
    let client: Int
    /// Bytes held for it.
    let bytes: Int
    /// When it was accepted.
    let arrived: Instant
    /// The client's own bound, as it came.
    let timeout: Duration?
    /// When that is over; `never` without one.
    let deadline: Instant
    /// Whether its client has taken it back, and is answered once it is known whether it had begun.
    var isCancelled = false
    /// Its node among the deadlines while it waits or is handed; on a lane, the lane has the node.
    var timer: HeapHandle?
    /// The worker and the lane it is on, or handed to, when it is.
    var worker = -1
    var lane = -1
    /// Its neighbours in the backlog; -1 at the ends.
    var nextWaiting = -1
    var previousWaiting = -1
    /// Its neighbours among its client's calls; -1 at the ends.
    var nextOfClient = -1
    var previousOfClient = -1
}
