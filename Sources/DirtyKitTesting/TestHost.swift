// DirtyKitTesting: runs an app inside a unit test, as a worker would.
//
//   TestHost.swift         start here: makes an app and calls its actions
//   TestCall.swift         a call that is running: its chunks, its result, its cancellation
//   TestStream.swift       a call's chunks as an asynchronous sequence
//   TestLogLine.swift      what the app logged
//   CallState.swift        what is known of a call, shared by test and app
//   Lanes.swift            the threads that calls run on
//   HostTable.swift        the C function table that the app is given

public import DirtyKit

/// A host for one app, in the process of the test: no worker, no socket.
///
/// ```swift
/// @Test func countsUp() async throws {
///     let host = try TestHost(Counter.self, configuration: ["start": 5])
///     #expect(try await host.call("increment", 2) == 7)
///     await #expect(throws: AppError.self) { try await host.call("increment", "two") }
/// }
/// ```
///
/// Actions run on threads of their own, as on a worker's lanes: one at a time and in the order in which they began if the
/// app is serial, all at once if it is a `ConcurrentDirtyApp`. A test that ends with a call still running waits for it in
/// ``close()``.
public final class TestHost: Sendable {
    private let table: HostTable
    private let lanes: Lanes

    /// Makes the app.
    /// - Parameters:
    ///   - app: Its class.
    ///   - name: The name the operator would load it under; its own if left out.
    ///   - configuration: What `config` would say in `dirty.yaml`; null for none.
    /// - Throws: What the app's `init` throws.
    public init<App: DirtyApp>(_ app: App.Type, name: String? = nil, configuration: JSON = nil) throws {
        table = HostTable(appName: name ?? app.name)
        let text = try RawJSON(encoding: configuration).text
        let instance = try AppInstance(app, host: table.pointer, configuration: text)
        lanes = Lanes(instance, isSerial: !(app is any ConcurrentDirtyApp.Type))
    }

    deinit { close() }

    /// What the app has logged so far.
    public var log: [TestLogLine] { table.log }

    /// Calls an action and waits for its result, as the type that is asked for.
    /// - Parameters:
    ///   - action: The action's name.
    ///   - arguments: Positional arguments; bytes travel as attachments.
    ///   - keywords: Arguments by name.
    ///   - timeout: The deadline, counted from now; none if left out.
    /// - Throws: `AppError` with what the client would be told.
    public func call<Result: Decodable>(
        _ action: String,
        _ arguments: any Encodable...,
        keywords: KeyValuePairs<String, any Encodable> = [:],
        timeout: Duration? = nil
    ) async throws -> Result {
        try await begin(action, arguments, keywords, timeout).result()
    }

    /// Calls an action and waits for its result, as JSON.
    /// - Parameters:
    ///   - action: The action's name.
    ///   - arguments: Positional arguments; bytes travel as attachments.
    ///   - keywords: Arguments by name.
    ///   - timeout: The deadline, counted from now; none if left out.
    /// - Throws: `AppError` with what the client would be told.
    @discardableResult
    public func call(
        _ action: String,
        _ arguments: any Encodable...,
        keywords: KeyValuePairs<String, any Encodable> = [:],
        timeout: Duration? = nil
    ) async throws -> JSON {
        try await begin(action, arguments, keywords, timeout).result(as: JSON.self)
    }

    /// Calls a streaming action; its chunks come as they are read.
    /// - Parameters:
    ///   - action: The action's name.
    ///   - arguments: Positional arguments; bytes travel as attachments.
    ///   - keywords: Arguments by name.
    ///   - timeout: The deadline, counted from now; none if left out.
    ///   - type: What each chunk is.
    public func stream<Chunk: Decodable>(
        _ action: String,
        _ arguments: any Encodable...,
        keywords: KeyValuePairs<String, any Encodable> = [:],
        timeout: Duration? = nil,
        as type: Chunk.Type = Chunk.self
    ) throws -> TestStream<Chunk> {
        try begin(action, arguments, keywords, timeout).chunks(as: type)
    }

    /// Begins a call, to be watched or cancelled while it runs.
    /// - Parameters:
    ///   - action: The action's name.
    ///   - arguments: Positional arguments; bytes travel as attachments.
    ///   - keywords: Arguments by name.
    ///   - timeout: The deadline, counted from now; none if left out.
    public func start(
        _ action: String,
        _ arguments: any Encodable...,
        keywords: KeyValuePairs<String, any Encodable> = [:],
        timeout: Duration? = nil
    ) throws -> TestCall {
        try begin(action, arguments, keywords, timeout)
    }

    /// Begins a call whose arguments are given as JSON text, right or wrong: as a client may send them.
    /// - Parameters:
    ///   - action: The action's name.
    ///   - args: A JSON array.
    ///   - kwargs: A JSON object.
    ///   - attachments: What `{"$attachment":i}` in either refers to.
    public func start(
        _ action: String,
        json args: String,
        kwargs: String = "{}",
        attachments: [[UInt8]] = []
    ) -> TestCall {
        let request = TestRequest(
            action: Array(action.utf8),
            args: Array(args.utf8),
            kwargs: Array(kwargs.utf8),
            attachments: attachments
        )
        return table.begin(request, timeout: nil, on: lanes)
    }

    /// Waits for the running calls, then closes the app; later calls are a mistake.
    ///
    /// Done at the latest when the host is released.
    public func close() { lanes.close() }

    /// The manifest that `dirty inspect` would show for an app.
    public static func manifest<App: DirtyApp>(of app: App.Type) throws -> RawJSON {
        try RawJSON(HostSide.manifest(of: app))
    }

    private func begin(
        _ action: String,
        _ arguments: [any Encodable],
        _ keywords: KeyValuePairs<String, any Encodable>,
        _ timeout: Duration?
    ) throws -> TestCall {
        let encoded = try HostSide.encode(arguments, keywords: keywords.map { (name: $0.key, value: $0.value) })
        let request = TestRequest(
            action: Array(action.utf8),
            args: encoded.args,
            kwargs: encoded.kwargs,
            attachments: encoded.attachments
        )
        return table.begin(request, timeout: timeout, on: lanes)
    }
}
