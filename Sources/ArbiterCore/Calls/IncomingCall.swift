/// A fully received request, as the core sees it: who asks for which app, and under which terms.
public struct IncomingCall: Sendable {
    /// The connection it came on.
    public var client: ClientID
    /// The app it is for.
    public var app: AppID
    /// Bytes held for it until its end; counted against the budget.
    public var bytes: Int
    /// The client's own bound over queue, run and stream; nil for none.
    public var timeout: Duration?
    /// A hash of the affinity key; nil for none.
    public var affinity: UInt64?
    /// A hash of app, action and arguments, by which a call that kills workers is known again; nil if it can't be.
    public var fingerprint: UInt64?

    /// A call for `app` by `client`.
    public init(
        client: ClientID,
        app: AppID,
        bytes: Int,
        timeout: Duration? = nil,
        affinity: UInt64? = nil,
        fingerprint: UInt64? = nil
    ) {
        self.client = client
        self.app = app
        self.bytes = bytes
        self.timeout = timeout
        self.affinity = affinity
        self.fingerprint = fingerprint
    }
}

/// What became of a request: accepted, or refused at once.
public enum Admission: Sendable {
    /// It will get exactly one terminal answer; perform the actions after storing the request under the id.
    case accepted(CallID, [Action])
    /// It gets this answer now, and the core knows nothing of it.
    case refused(Failure)
}

/// A frame that a lane sent.
public enum LaneReply: Hashable, Sendable {
    /// The call's one result.
    case response
    /// A part of a stream.
    case chunk
    /// A stream's end.
    case end
    /// The plugin's error.
    case error
    /// The worker's error: it couldn't give the call to the plugin.
    case rejection
    /// No answer: the lane of a call answered before is free now.
    case free

    /// Whether no other answer may follow.
    public var isTerminal: Bool {
        switch self {
        case .response, .end, .error, .rejection: true
        case .chunk, .free: false
        }
    }
}
