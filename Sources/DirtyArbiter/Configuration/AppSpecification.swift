/// One app to host: a plugin under a name, with what is particular to it.
public struct AppSpecification: Sendable {
    /// The name that calls use.
    public var name: String
    /// The plugin's path as the operator wrote it; calls may use it in place of the name.
    public var path: String
    /// The plugin's file, where `path` is another; nil for `path`.
    ///
    /// What the operator wrote is then something that the plugin reads, and has been put into `config`.
    public var pluginPath: String?
    /// What the app can do, as the JSON of a plugin's manifest, where only its `config` tells; nil to ask the plugin.
    public var manifest: String?
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

    /// Whether its old worker ends before the new one starts, when it is replaced: for what two processes can't hold at once.
    public var stopsFirst: Bool = false
    /// The action that a worker started by a reload must answer without an error before it counts as ready.
    ///
    /// `.some(nil)` for none; nil for the action `health`, if the plugin's manifest has one.
    public var health: String??
    /// Whether it was found in a directory: a plugin that can't be used is then left out, and doesn't stop the others.
    public var isFromDirectory: Bool = false

    /// The plugin at `path` under `name`.
    public init(name: String, path: String, workers: Int? = nil) {
        self.name = name
        self.path = path
        self.workers = workers
    }

    /// The file that workers load.
    var file: String { pluginPath ?? path }
}
