import DirtyWire

/// The owner's end of a host: changes what it runs.
///
/// Speaks on the host's control socket, which only its own user and root may use. Each request blocks its thread until it has
/// been done.
public struct HostControl: Sendable {
    private let path: String

    /// Whoever listens at `path`, a control socket.
    public init(path: String) {
        self.path = path
    }

    /// The control socket of the host that `client` calls, as that host tells.
    public init(of client: BlockingDirtyClient) throws(DirtyCallError) {
        guard let path = try client.status()["control_socket"]?.stringValue else {
            throw DirtyCallError(
                .protocol,
                "the host doesn't say where its control socket is: it is of another version",
                executed: .no
            )
        }
        self.path = path
    }

    /// Asks for `operation` and waits until it has been done.
    ///
    /// - Parameters:
    ///   - members: what else the message says, as docs/protocol.md has it.
    ///   - progress: called with each step that the host tells of.
    /// - Returns: what the host answers in the end; null after steps.
    public func manage(
        _ operation: String,
        _ members: JSONObject = [:],
        progress: (JSONValue) -> Void = { _ in }
    ) throws(DirtyCallError) -> JSONValue {
        let exchange = try begin(operation, members)
        while true {
            switch try exchange.next() {
            case .response(let result): return try result.value()
            case .chunk(let step): progress(try step.value())
            case .end: return .null
            case .error(let error): throw error
            }
        }
    }

    /// Asks the host to end, and waits until it has closed its connections.
    ///
    /// - Returns: what the host answered when it began.
    public func stop(atOnce: Bool) throws(DirtyCallError) -> JSONValue {
        let exchange = try begin("stop", ["now": .bool(atOnce)])
        guard case .response(let result) = try exchange.next() else {
            throw Reply.notUnderstood("stop is not answered with a response")
        }
        do {
            // Nothing more is said: what comes is the end.
            _ = try exchange.next()
        } catch {
            guard error.type == .connection else { throw error }
        }
        return try result.value()
    }

    private func begin(_ operation: String, _ members: JSONObject) throws(DirtyCallError) -> BlockingExchange {
        let connection = BlockingConnection(try HostLocation(path: path).connect())
        // Without a bound: how long a reload takes is the plugins' matter.
        let exchange = BlockingExchange(connection: connection, id: 1, deadline: .after(nil))
        var message: JSONObject = ["type": .string(MessageKind.manage.rawValue), "id": 1, "op": .string(operation)]
        message.addMissing(from: members)
        try connection.send(JSONFrame.encode(.object(message)), attachments: [], by: exchange.deadline)
        return exchange
    }
}
