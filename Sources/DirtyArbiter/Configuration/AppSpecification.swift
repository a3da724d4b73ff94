/// One app to host: a plugin under a name, with what is particular to it.
public struct AppSpecification: Sendable {
    /// The name that calls use.
    public var name: String
    /// The plugin's path as the operator wrote it; calls may use it in place of the name.
    public var path: String
    /// Workers to host it on; nil for all.
    public var workers: Int?
    /// JSON text handed to the plugin's `open`.
    public var config: String = "{}"
    /// Overrides the arbiter's `timeout`; `.some(nil)` for none.
    public var timeout: Duration??
    /// Overrides the arbiter's `streamTimeout`; `.some(nil)` for none.
    public var streamTimeout: Duration??
    /// Environment variables for its workers, on top of the arbiter's own; gives it workers of its own.
    public var environment: [String: String] = [:]
    /// Whether its workers host no other app.
    public var isIsolated: Bool = false
    /// Whether a client's own timeout, not noticed by a call, costs the worker's life.
    public var killsOnClientTimeout: Bool = false
    /// Whether a cancellation or disconnect, not noticed by a call, costs the worker's life.
    public var killsOnDisconnect: Bool = false

    /// The plugin at `path` under `name`.
    public init(name: String, path: String, workers: Int? = nil) {
        self.name = name
        self.path = path
        self.workers = workers
    }
}
