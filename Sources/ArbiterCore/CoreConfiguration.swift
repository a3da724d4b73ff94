/// What the core must know of the configuration; plain values, checked by whoever makes them.
public struct CoreConfiguration: Sendable {
    /// The apps in configuration order: `AppID(n)` is the n-th.
    public var apps: [AppConfiguration]
    /// Workers wanted for apps that name no number of their own; 0 runs none, and every call fails fast.
    public var workers: Int
    /// Lanes a worker has, at least 1.
    public var lanesPerWorker: Int
    /// Calls that one app may have waiting; the next is refused.
    public var backlogPerApp: Int = 2048
    /// Whether a busy lane may be sent its next call before it has answered the one it has.
    public var prefetches = true
    /// Calls that one connection may have in flight; the next is refused.
    public var callsPerClient: Int = 1024
    /// Bytes of requests and unsent replies held at once; a request that would pass it is refused.
    public var budgetBytes: Int = 1 << 30
    /// Bounds a worker's loading, from spawn to ready.
    public var initTimeout: Duration = .seconds(300)
    /// How long running calls may go on when their worker must end.
    public var gracefulTimeout: Duration = .seconds(30)
    /// How long a call past its deadline may take to notice before its worker is killed.
    public var cancelGrace: Duration = .seconds(1)
    /// First pause before a worker that died early is replaced; doubles each time.
    public var backoffFirst: Duration = .milliseconds(100)
    /// Longest pause before a worker is replaced.
    public var backoffLimit: Duration = .seconds(30)
    /// Replacements of dead workers that one app causes in `spawnWindow` at most, or as many as it has slots; 0 for no
    /// bound.
    public var spawnsPerWindow: Int = 20
    /// The window for that.
    public var spawnWindow: Duration = .seconds(10)
    /// Calls that a worker answers before it is recycled; nil for no bound.
    public var maxRequests: Int?
    /// At most so many calls are added to that, at random, so that workers aren't recycled together.
    public var maxRequestsJitter: Int = 0
    /// Bytes of anonymous memory past which a worker is recycled; nil for no bound.
    public var maxMemoryBytes: Int?
    /// Workers that the same call may kill before it is refused; 0 for no bound.
    public var quarantineDeaths: Int = 3
    /// How long it is refused.
    public var quarantineTime: Duration = .seconds(3600)
    /// How long a worker that seems about to exit may take for it before it is killed.
    public var exitWait: Duration = .seconds(1)
    /// How long after SIGKILL a worker's slot is filled although it hasn't exited.
    public var killWait: Duration = .seconds(1)

    /// A configuration with the defaults of `docs/configuration.md` for what isn't named.
    public init(apps: [AppConfiguration], workers: Int, lanesPerWorker: Int = 1) {
        self.apps = apps
        self.workers = workers
        self.lanesPerWorker = lanesPerWorker
    }
}

/// What the core must know of one app.
public struct AppConfiguration: Sendable {
    /// The name, for messages only.
    public var name: String
    /// Workers to host it on; nil for all.
    public var workers: Int?
    /// Whether its workers host no other app.
    public var isIsolated: Bool = false
    /// Bounds a call's run, or the time between two chunks; nil for none.
    public var timeout: Duration? = .seconds(300)
    /// Bounds a whole stream; nil for none.
    public var streamTimeout: Duration?
    /// Which ends, besides the app's own timeouts, kill a worker whose call doesn't notice.
    public var killOn: KillReasons = []
    /// Whether two of its workers can't be there at once: a worker that is replaced ends before the new one starts.
    public var stopsFirst: Bool = false

    /// An app with the defaults of `docs/configuration.md` for what isn't named.
    public init(name: String, workers: Int? = nil) {
        self.name = name
        self.workers = workers
    }
}

/// Ends of a call that may cost its worker's life if the call goes on.
public struct KillReasons: OptionSet, Sendable {
    /// The bits.
    public let rawValue: UInt8

    /// The set with these bits.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// The timeout that the client itself sent has passed.
    public static let clientTimeout = KillReasons(rawValue: 1)
    /// The client cancelled, or went away.
    public static let disconnect = KillReasons(rawValue: 2)
}
