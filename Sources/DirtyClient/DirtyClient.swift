// The client of a Dirty Host, for Swift code with and without an event loop.
//
// DirtyClient.swift   the async client: what callers see of it
// Calls/              what is asked and answered: DirtyCall, DirtyResult, DirtyCallError, apps by dynamic members
// Coding/             Swift values to arguments and back; bytes as attachments
// Frames/             requests as bytes, replies from bytes
// Memory/             attachments as memory that is shared with the host
// Location/           where a host's socket may be, and connecting to it
// Retries/            which failed calls are tried again
// Async/              connections on an event loop: one for all calls, one for each stream
// Blocking/           BlockingDirtyClient: a thread waits for each call

@_exported import DirtyWire
import NIOCore
import NIOPosix

/// Calls apps from async code.
///
/// ```swift
/// let client = DirtyClient()
/// let hits = try await client.call("search", "query", "fox", keywords: ["limit": 5], as: [Hit].self)
/// let same: [Hit] = try await client.app("search").query("fox", limit: 5)
/// for try await token in client.stream("tokens", "generate", "Once", as: String.self) { print(token) }
/// ```
///
/// Calls share one connection, or as many as asked for, and any number may be in flight. Each stream has a connection to itself,
/// so that a reader who takes his time holds up nobody else. Connections are made when they are needed, and made anew when the
/// host has been restarted; which calls are then sent again is for the ``RetryPolicy`` to say. Cancelling a task cancels its
/// call at the host.
public final class DirtyClient: Sendable {
    private let location: HostLocation
    private let retry: RetryPolicy
    private let group: any EventLoopGroup
    private let pool: ConnectionPool

    /// A client of the host at `socket`, or where a host's socket is by default; connects with the first call.
    ///
    /// `connections` is how many connections calls share, on as many event loops of `group`: one carries more than most
    /// programs ever ask for. `sharing` says which attachments are handed over as memory where the host grants it.
    public convenience init(
        socket: String? = nil,
        retry: RetryPolicy = .reconnect,
        sharing: MemorySharing = .automatic,
        connections: Int = 1,
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) {
        self.init(
            location: socket.map(HostLocation.init(path:)) ?? .standard,
            retry: retry,
            sharing: sharing,
            connections: connections,
            group: group
        )
    }

    /// A client of the host at the first of several places that answers.
    public init(
        location: HostLocation,
        retry: RetryPolicy = .reconnect,
        sharing: MemorySharing = .automatic,
        connections: Int = 1,
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) {
        precondition(connections > 0, "a client needs a connection")
        self.location = location
        self.retry = retry
        self.group = group
        pool = ConnectionPool(location: location, sharing: sharing, count: connections, group: group)
    }

    /// Closes the connections; calls in flight fail with an error of kind ``DirtyCallError/Kind/connection``.
    ///
    /// A later call connects anew. Without this, connections are closed when the client is let go.
    public func close() async {
        await pool.close()
    }

    deinit {
        pool.abandon()
    }
}

extension DirtyClient {
    /// Calls `action` of `app` and gives its result as a `type`.
    nonisolated(nonsending) public func call<Value: Decodable>(
        _ app: String,
        _ action: String,
        _ arguments: any Encodable...,
        keywords: KeyValuePairs<String, any Encodable> = [:],
        timeout: Duration? = nil,
        as type: Value.Type
    ) async throws(DirtyCallError) -> Value {
        var call = try DirtyCall(app, action, arguments: arguments, keywords: keywords.map { ($0.key, $0.value) })
        call.timeout = timeout
        return try await send(call).decode(type)
    }

    /// Calls `action` of `app` and gives its result.
    @discardableResult
    nonisolated(nonsending) public func call(
        _ app: String,
        _ action: String,
        _ arguments: any Encodable...,
        keywords: KeyValuePairs<String, any Encodable> = [:],
        timeout: Duration? = nil
    ) async throws(DirtyCallError) -> JSONValue {
        var call = try DirtyCall(app, action, arguments: arguments, keywords: keywords.map { ($0.key, $0.value) })
        call.timeout = timeout
        // Nobody picks attachments up here.
        call.acceptsAttachments = false
        return try await send(call).value()
    }

    /// Calls `action` of `app` and gives its answer chunk by chunk, each as a `type`.
    ///
    /// An argument that can't be sent is reported by the stream.
    public func stream<Chunk: Decodable & SendableMetatype>(
        _ app: String,
        _ action: String,
        _ arguments: any Encodable...,
        keywords: KeyValuePairs<String, any Encodable> = [:],
        timeout: Duration? = nil,
        as type: Chunk.Type
    ) -> DirtyStream<Chunk> {
        let call = Result { () throws(DirtyCallError) in
            var call = try DirtyCall(app, action, arguments: arguments, keywords: keywords.map { ($0.key, $0.value) })
            call.timeout = timeout
            return call
        }
        return DirtyStream(opener, call) { chunk throws(DirtyCallError) in try chunk.decode(type) }
    }

    /// Sends `call` and gives its result.
    ///
    /// An action that streams is cancelled and reported as an error of kind ``DirtyCallError/Kind/protocol``: see ``stream(_:)``.
    public func send(_ call: DirtyCall) async throws(DirtyCallError) -> DirtyResult {
        try await Attempts(retry, timeout: call.timeout).run { timeout throws(DirtyCallError) in
            try await self.pool.connection().send(call, timeout: timeout)
        }
    }

    /// Sends `call` and gives its answer chunk by chunk; an action that doesn't stream gives its result as one, or none for null.
    public func stream(_ call: DirtyCall) -> DirtyStream<DirtyResult> {
        DirtyStream(opener, .success(call)) { chunk throws(DirtyCallError) in chunk }
    }

    /// The app named `name`, whose actions are called like methods.
    public func app(_ name: String) -> DirtyAppReference {
        DirtyAppReference(client: self, name: name)
    }

    /// Who the host is: its version, limits and features.
    public func hello() async throws(DirtyCallError) -> JSONValue { try await ask(.hello) }

    /// Returns when the host has answered.
    public func ping() async throws(DirtyCallError) { _ = try await ask(.ping) }

    /// The host's workers and apps, as `dirty status --json` prints them.
    public func status() async throws(DirtyCallError) -> JSONValue { try await ask(.status) }

    /// The apps, their actions and parameters; only the app named `app` if there is one.
    public func describe(_ app: String? = nil) async throws(DirtyCallError) -> JSONValue {
        try await ask(.describe, app: app)
    }

    private var opener: StreamOpener {
        StreamOpener(location: location, retry: retry, group: group)
    }

    private func ask(_ kind: MessageKind, app: String? = nil) async throws(DirtyCallError) -> JSONValue {
        try await Attempts(retry, timeout: nil).run { _ throws(DirtyCallError) in
            try await self.pool.connection().ask(kind, app: app).value()
        }
    }
}
