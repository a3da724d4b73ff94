import NIOCore

/// Notices clients that stop in the middle of a frame, or stop reading what they are owed.
struct ClientProgress {
    /// What a look at a client finds.
    enum Verdict {
        /// All is well, or not yet too bad.
        case fine
        /// A frame was begun too long ago.
        case unfinishedFrame
        /// Nothing has been taken for too long.
        case stalledReader
    }

    private var frame: Int?
    private var frameSince: NIODeadline?
    private var stalledSince: NIODeadline?
    private var lastSentBytes = 0

    /// Looks at a client.
    ///
    /// - Parameters:
    ///   - frame: the number of the frame that has begun and not ended; nil if none has.
    ///   - unsentBytes: what is written and not yet taken.
    ///   - sentBytes: what has been taken since the connection began.
    ///   - limits: how long either may last.
    ///   - now: the time.
    mutating func check(
        frame: Int?,
        unsentBytes: Int,
        sentBytes: Int,
        limits: (frame: Duration, write: Duration),
        now: NIODeadline
    ) -> Verdict {
        if frame != self.frame { frameSince = nil }
        self.frame = frame
        frameSince = frame == nil ? nil : frameSince ?? now
        stalledSince = unsentBytes > 0 && sentBytes == lastSentBytes ? stalledSince ?? now : nil
        lastSentBytes = sentBytes
        if let frameSince, Duration(now - frameSince) >= limits.frame { return .unfinishedFrame }
        if let stalledSince, Duration(now - stalledSince) >= limits.write { return .stalledReader }
        return .fine
    }
}

extension Duration {
    /// SwiftNIO's amount of time as a span.
    init(_ amount: TimeAmount) {
        self = .nanoseconds(amount.nanoseconds)
    }
}
