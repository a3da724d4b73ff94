/// What a deadline in the heap is for: at most one node each.
enum TimerTarget: Hashable, Sendable {
    /// The waiting call at this place of the table has waited too long.
    case call(Int)
    /// The call on this lane has run too long, or its grace is over.
    case lane(worker: Int, lane: Int)
    /// The call on this lane goes on too long for another to wait behind it.
    case stall(worker: Int, lane: Int)
    /// The worker has been too long in its state.
    case worker(Int)
    /// The other calls of a condemned worker have had their time.
    case sentence(worker: Int)
    /// The slot's pause is over.
    case spawn(slot: Int)
    /// The time for a graceful stop is over.
    case stop
}
