/// How an app's calls ended: a count each.
public struct CallOutcomes: Hashable, Sendable {
    /// Calls that the plugin answered with a result, a stream's end included.
    public internal(set) var answered = 0
    /// Calls that the plugin answered with an error.
    public internal(set) var failed = 0
    /// Calls that their worker couldn't give to the plugin, because of what their client sent or shares.
    public internal(set) var rejected = 0
    /// Calls whose time ran out, waiting or running.
    public internal(set) var timedOut = 0
    /// Calls that began on a worker which then died.
    public internal(set) var died = 0
    /// Calls that nobody waits for any more, or that were stopped with their worker.
    public internal(set) var cancelled = 0
    /// Requests refused because a bound was reached.
    public internal(set) var overloaded = 0
    /// Requests refused, or calls given up, because no worker could or should take them.
    public internal(set) var refused = 0

    /// No call yet.
    public init() {}

    /// The sum of two counts.
    public static func + (lhs: CallOutcomes, rhs: CallOutcomes) -> CallOutcomes {
        var sum = lhs
        sum.answered += rhs.answered
        sum.failed += rhs.failed
        sum.rejected += rhs.rejected
        sum.timedOut += rhs.timedOut
        sum.died += rhs.died
        sum.cancelled += rhs.cancelled
        sum.overloaded += rhs.overloaded
        sum.refused += rhs.refused
        return sum
    }

    /// Counts a call that ends with this failure, or a request refused with it.
    mutating func count(_ failure: Failure) {
        switch failure {
        case .noWorkers: refused += 1
        case .overloaded: overloaded += 1
        case .timedOutWaiting, .timedOutRunning: timedOut += 1
        case .workerDied: died += 1
        case .cancelled, .interrupted: cancelled += 1
        case .quarantined: refused += 1
        }
    }
}
