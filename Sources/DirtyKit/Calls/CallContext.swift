#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The call an action is running for: take it as the closure's second argument, where wanted.
///
/// ```swift
/// Action("crunch", Parameter("rounds", Int.self)) { app, call, rounds in
///     for round in 0..<rounds {
///         try call.checkCancellation()
///         app.crunch(round)
///     }
/// }
/// ```
///
/// Usable from any thread and harmless after the call's end.
public struct CallContext: Sendable {
    let call: Call

    /// The host's number of this call, for logs.
    public var id: UInt64 { call.id }

    /// Whether nobody waits for the answer any more: the client cancelled or went away, or the deadline has passed.
    ///
    /// One load from memory: cheap enough for inner loops. An action that goes on regardless is killed with its worker
    /// when the host's patience ends.
    public var isCancelled: Bool { call.status != nil }

    /// When the host stops waiting, or nil if it doesn't.
    public var deadline: SuspendingClock.Instant? {
        timeRemaining.map { SuspendingClock.now + $0 }
    }

    /// How long the host still waits, never negative, or nil if it waits for ever.
    public var timeRemaining: Duration? {
        guard call.deadlineNanoseconds != 0 else { return nil }
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        let elapsed = UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
        return .nanoseconds(Int64(clamping: call.deadlineNanoseconds - min(elapsed, call.deadlineNanoseconds)))
    }

    /// Does nothing while somebody waits for the answer.
    /// - Throws: `CancellationError` when ``isCancelled``; let it out of the action, and the call ends as cancelled or
    ///   timed out.
    public func checkCancellation() throws {
        if isCancelled { throw CancellationError() }
    }
}
