import DirtyWire

/// Why a call has no result, and whether it ran all the same.
///
/// What the host answers and what goes wrong on the way there are told in the same form, so that one `catch` serves both.
public struct DirtyCallError: Error, Sendable {
    /// What kind of failure it is; compare with the constants of ``Kind``.
    public var type: Kind
    /// What failed, with which value, and what to do.
    public var message: String
    /// Whether the call ran: after `.no` a retry is safe.
    public var executed: Executed
    /// Further facts from the host, such as `app_path`, `timeout`, `worker_id`, `retry_after`; empty for the client's own errors.
    public var details: JSONObject

    /// An error of `type`.
    public init(_ type: Kind, _ message: String, executed: Executed, details: JSONObject = JSONObject()) {
        self.type = type
        self.message = message
        self.executed = executed
        self.details = details
    }

    /// How long the host asks to wait before a retry; nil if it says nothing about it.
    public var retryAfter: Duration? {
        guard let seconds = details["retry_after"]?.doubleValue, seconds >= 0, seconds < 1e9 else { return nil }
        return .seconds(seconds)
    }
}

extension DirtyCallError {
    /// The kinds of failure, by the names that travel as `error_type`.
    ///
    /// A newer host may send others.
    public struct Kind: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
        /// The name as it travels.
        public var rawValue: String

        /// The kind named `rawValue`.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// The kind named by the literal.
        public init(stringLiteral value: String) {
            rawValue = value
        }

        /// The name as it travels.
        public var description: String { rawValue }

        /// A deadline has passed: the host's or the client's own.
        public static let timeout: Kind = "DirtyTimeoutError"
        /// No host answers at the socket, or the connection was lost.
        public static let connection: Kind = "DirtyConnectionError"
        /// The worker died while it ran the call.
        public static let worker: Kind = "DirtyWorkerError"
        /// The plugin said no.
        public static let app: Kind = "DirtyAppError"
        /// The host has no app of that name.
        public static let appNotFound: Kind = "DirtyAppNotFoundError"
        /// The app has no worker now or soon.
        public static let noWorkersAvailable: Kind = "DirtyNoWorkersAvailableError"
        /// One side sent what the other doesn't understand.
        public static let `protocol`: Kind = "DirtyProtocolError"
        /// A bound on waiting calls or memory is reached.
        public static let overloaded: Kind = "DirtyOverloadedError"
        /// The client cancelled the call.
        public static let cancelled: Kind = "DirtyCancelledError"
        /// The same call has killed workers before and is refused.
        public static let quarantined: Kind = "DirtyQuarantinedError"
        /// A reload, or the replacement of a worker, that was asked for by ``HostControl`` did not succeed.
        public static let reload: Kind = "DirtyReloadError"
        /// An argument can't be put into JSON; nothing was sent.
        public static let arguments: Kind = "DirtyArgumentsError"
        /// The call ran, but its result isn't what the caller asked to decode.
        public static let result: Kind = "DirtyResultError"
    }
}

extension DirtyCallError: CustomStringConvertible {
    /// Type, message and `executed` on one line.
    public var description: String {
        "\(type): \(message) (executed: \(executed.rawValue))"
    }
}

extension DirtyCallError {
    /// The error object of an `error` message; what is missing in it is taken to be as unsure as it can be.
    init(errorObject value: JSONValue) {
        var details = value["details"]?.objectValue ?? JSONObject()
        let type = value["error_type"]?.stringValue ?? details["error_type"]?.stringValue
        let executed = details["executed"]?.stringValue.flatMap(Executed.init(rawValue:))
        details["error_type"] = nil
        details["executed"] = nil
        self.init(
            Kind(rawValue: type ?? "DirtyError"),
            value["message"]?.stringValue ?? "the host reports an error without a message",
            executed: executed ?? .maybe,
            details: details
        )
    }
}

extension DirtyCallError {
    /// The error of a caller who wants one result of an action that streams; what runs is cancelled.
    static func isStream(_ call: DirtyCall) -> DirtyCallError {
        DirtyCallError(
            .protocol,
            "\(call.app).\(call.action) answers with a stream: call it as one",
            executed: .maybe,
            details: ["app_path": .string(call.app), "action": .string(call.action), "streams": true]
        )
    }
}
