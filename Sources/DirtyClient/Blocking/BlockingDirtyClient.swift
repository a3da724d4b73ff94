import DirtyWire
import Synchronization

/// Calls apps from code without an event loop: every verb blocks its thread until the host has answered.
///
/// Any number of threads may share one client. Each call has a connection to itself while it runs; connections are kept for the
/// next call, and made anew when the host has been restarted.
public final class BlockingDirtyClient: Sendable {
    private let location: HostLocation
    private let retry: RetryPolicy
    private let sharing: MemorySharing
    private let state = Mutex(State())

    private struct State {
        var idle: [BlockingConnection] = []
        var lastID: UInt64 = 0
    }

    /// How many connections without a call are kept.
    private static let idleLimit = 16
    /// Attachments that have fewer bytes are sent without asking.
    private static let leastSharedBytes = 64 << 10
    /// How much longer than its timeout a call waits for the host to say that it has passed.
    static let timeoutSlack = Duration.seconds(2)

    /// A client of the host at `socket`, or where a host's socket is by default; connects with the first call.
    ///
    /// `sharing` says which attachments are handed over as memory where the host grants it.
    public convenience init(
        socket: String? = nil,
        retry: RetryPolicy = .reconnect,
        sharing: MemorySharing = .automatic
    ) {
        self.init(location: socket.map(HostLocation.init(path:)) ?? .standard, retry: retry, sharing: sharing)
    }

    /// A client of the host at the first of several places that answers.
    public init(
        location: HostLocation,
        retry: RetryPolicy = .reconnect,
        sharing: MemorySharing = .automatic
    ) {
        self.location = location
        self.retry = retry
        self.sharing = sharing
    }
}

extension BlockingDirtyClient {
    /// Calls `action` of `app` and waits for its result as a `type`.
    public func call<Value: Decodable>(
        _ app: String,
        _ action: String,
        _ arguments: any Encodable...,
        keywords: KeyValuePairs<String, any Encodable> = [:],
        timeout: Duration? = nil,
        as type: Value.Type
    ) throws(DirtyCallError) -> Value {
        var call = try DirtyCall(app, action, arguments: arguments, keywords: keywords.map { ($0.key, $0.value) })
        call.timeout = timeout
        return try send(call).decode(type)
    }

    /// Calls `action` of `app` and waits for its result.
    @discardableResult
    public func call(
        _ app: String,
        _ action: String,
        _ arguments: any Encodable...,
        keywords: KeyValuePairs<String, any Encodable> = [:],
        timeout: Duration? = nil
    ) throws(DirtyCallError) -> JSONValue {
        var call = try DirtyCall(app, action, arguments: arguments, keywords: keywords.map { ($0.key, $0.value) })
        call.timeout = timeout
        // Nobody picks attachments up here.
        call.acceptsAttachments = false
        return try send(call).value()
    }

    /// Sends `call` and waits for its result; `canceller` cancels it from another thread.
    ///
    /// An action that streams is cancelled and reported as an error of kind ``DirtyCallError/Kind/protocol``: see ``stream(_:canceller:)``.
    public func send(_ call: DirtyCall, canceller: CallCanceller? = nil) throws(DirtyCallError) -> DirtyResult {
        let begun = try begin(call, canceller: canceller)
        defer { canceller?.ended(isFinal: true) }
        switch begun.first {
        case .response(let result):
            keep(begun.exchange.connection)
            return result
        case .error(let error):
            keep(begun.exchange.connection)
            throw error
        case .chunk, .end:
            // The connection is dropped with the exchange, and the host cancels what runs on it.
            throw DirtyCallError.isStream(call)
        }
    }

    /// Sends `call` and gives its answer chunk by chunk; an action that doesn't stream gives its result as one, or none for null.
    ///
    /// The host holds the plugin back while nobody asks for the next chunk.
    public func stream(
        _ call: DirtyCall,
        canceller: CallCanceller = CallCanceller()
    ) throws(DirtyCallError) -> BlockingDirtyStream {
        let begun = try begin(call, canceller: canceller)
        return BlockingDirtyStream(begun.exchange, first: begun.first, client: self, canceller: canceller)
    }

    /// Who the host is: its version, limits and features.
    public func hello() throws(DirtyCallError) -> JSONValue { try ask(.hello) }

    /// Waits until the host has answered.
    public func ping() throws(DirtyCallError) { _ = try ask(.ping) }

    /// The host's workers and apps, as `dirty status --json` prints them; `timeout` bounds the wait for them.
    public func status(timeout: Duration = .seconds(10)) throws(DirtyCallError) -> JSONValue {
        try ask(.status, timeout: timeout)
    }

    /// The apps, their actions and parameters; only the app named `app` if there is one.
    ///
    /// `timeout` bounds the wait for them.
    public func describe(
        _ app: String? = nil,
        timeout: Duration = .seconds(10)
    ) throws(DirtyCallError) -> JSONValue {
        try ask(.describe, app: app, timeout: timeout)
    }

    /// Closes the connections that no call is using.
    public func close() {
        let idle = state.withLock { state in
            defer { state.idle = [] }
            return state.idle
        }
        // Their deinit closes them, here and not under the lock.
        _ = idle
    }
}

extension BlockingDirtyClient {
    /// A request that has had its first reply.
    struct Begun {
        let exchange: BlockingExchange
        let first: Reply.Contents
    }

    /// Takes back a connection whose call has ended.
    func keep(_ connection: BlockingConnection) {
        guard connection.isIdle else { return }
        state.withLock { state in
            if state.idle.count < Self.idleLimit { state.idle.append(connection) }
        }
    }

    /// Sends `call` and waits for its first reply, trying again as the policy says.
    private func begin(_ call: DirtyCall, canceller: CallCanceller?) throws(DirtyCallError) -> Begun {
        var attempts = Attempts(retry, timeout: call.timeout)
        while true {
            let failure: DirtyCallError
            do throws(DirtyCallError) {
                let exchange = try sendOnce(call, timeout: attempts.begin(), canceller: canceller)
                let first = try exchange.next()
                guard case .error(let error) = first, error.executed == .no else {
                    return Begun(exchange: exchange, first: first)
                }
                if error.isAboutSharedMemory, exchange.connection.terms != nil {
                    // It is sent after all, and so is all that comes later on this connection.
                    exchange.connection.terms = nil
                    keep(exchange.connection)
                    continue
                }
                keep(exchange.connection)
                failure = error
            } catch {
                failure = error
            }
            canceller?.ended(isFinal: false)
            guard let delay = attempts.delay(after: failure), canceller?.isCancelled != true else { throw failure }
            Sleep.blocking(delay)
        }
    }

    private func sendOnce(
        _ call: DirtyCall,
        timeout: Duration?,
        canceller: CallCanceller?
    ) throws(DirtyCallError) -> BlockingExchange {
        guard canceller?.isCancelled != true else {
            throw .cancelledBeforeSent
        }
        let connection = try checkOut()
        try agree(on: call, connection)
        let id = nextID()
        let parcel = Parcel(call, connection.terms)
        let frame = try RequestFrame.request(call, parcel, id: id, timeout: timeout)
        let exchange = BlockingExchange(
            connection: connection,
            id: id,
            deadline: .after(timeout.map { $0 + Self.timeoutSlack }),
            parcel: parcel
        )
        do throws(DirtyCallError) {
            try exchange.connection.send(frame, attachments: parcel.sent, by: exchange.deadline)
        } catch {
            throw error.type == .connection ? exchange.connection.farewell() ?? error : error
        }
        if let canceller, !canceller.began(on: exchange.connection, id: id) {
            exchange.connection.sendCancel(of: id)
        }
        return exchange
    }

    /// Asks the host whether memory may be shared, before the first call on the connection that might.
    private func agree(on call: DirtyCall, _ connection: BlockingConnection) throws(DirtyCallError) {
        guard sharing.isOn, !connection.hasAskedForMemory else { return }
        // What is worth it is for the host to say; less than this never is.
        let least = sharing.threshold ?? Self.leastSharedBytes
        guard call.answerBytes != nil || call.attachments.contains(where: { $0.count >= least }) else { return }
        connection.hasAskedForMemory = true
        do throws(DirtyCallError) {
            let greeting = try ask(.hello, nil, .after(.seconds(10)), on: connection)
            connection.terms = SharingTerms(greeting: try greeting.get(), sharing)
        } catch {
            // The call itself has not been sent.
            throw DirtyCallError(error.type, error.message, executed: .no, details: error.details)
        }
    }

    private func ask(
        _ kind: MessageKind,
        app: String? = nil,
        timeout: Duration = .seconds(10)
    ) throws(DirtyCallError) -> JSONValue {
        let connection = try checkOut()
        let answer = try ask(kind, app, .after(timeout), on: connection)
        keep(connection)
        return try answer.get()
    }

    /// Asks on a connection, and gives what the host says; throws if it says nothing.
    private func ask(
        _ kind: MessageKind,
        _ app: String?,
        _ deadline: Deadline,
        on connection: BlockingConnection
    ) throws(DirtyCallError) -> Result<JSONValue, DirtyCallError> {
        let exchange = BlockingExchange(connection: connection, id: nextID(), deadline: deadline)
        let asksForMemory = kind == .hello && connection.hasAskedForMemory
        let message = RequestFrame.message(kind, id: exchange.id, app: app, asksForMemory: asksForMemory)
        try connection.send(message, attachments: [], by: exchange.deadline)
        switch try exchange.next() {
        case .response(let result):
            return .success(try result.value())
        case .error(let error):
            return .failure(error)
        case .chunk, .end:
            throw Reply.notUnderstood("\(kind.rawValue) is answered with a stream")
        }
    }

    private func checkOut() throws(DirtyCallError) -> BlockingConnection {
        while let connection = state.withLock({ $0.idle.popLast() }) {
            if connection.isIdle { return connection }
        }
        return BlockingConnection(try location.connect())
    }

    private func nextID() -> UInt64 {
        state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
    }
}
