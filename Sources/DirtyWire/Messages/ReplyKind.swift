/// What a reply is: to the arbiter on a lane, and, but for ``free``, to the client.
public enum ReplyKind: UInt8, Hashable, Sendable {
    /// The result; ends the call.
    case response = 1
    /// One piece of a stream; more follows.
    case chunk = 2
    /// The end of a stream; ends the call.
    case end = 3
    /// The call failed; ends the call.
    case error = 4
    /// On a lane only: the answered call has left the plugin and the lane can take another.
    case free = 5

    /// Whether this kind is the one answer that ends a call.
    public var isTerminal: Bool {
        switch self {
        case .response, .end, .error: true
        case .chunk, .free: false
        }
    }
}
