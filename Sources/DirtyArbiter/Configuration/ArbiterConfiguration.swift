/// Everything an arbiter is told; plain values with the defaults of `docs/configuration.md`.
///
/// Whoever embeds the arbiter fills one in; `dirty serve` makes one from file, environment and flags.
public struct ArbiterConfiguration: Sendable {
    /// The apps to host, in order.
    public var apps: [AppSpecification]
    /// Workers for apps that name no number of their own; 0 runs none, and every call fails fast.
    public var workers: Int
    /// Lanes a worker has, which are the calls it can run at once: 1 to 250.
    public var threads: Int = 1
    /// Directories whose every plugin is an app: those in them now are among `apps`.
    public var pluginDirectories: [String] = []
    /// Whether apps are reloaded when their plugins' files change.
    public var watchesPlugins: Bool = false
    /// Calls after which a worker is replaced; nil for never.
    public var maxRequests: Int?
    /// The most by which that number is higher for a worker, at random, so that not all are replaced at once.
    public var maxRequestsJitter: Int = 0
    /// Bytes of anonymous memory past which a worker is replaced; nil for never.
    public var maxMemoryBytes: Int?
    /// Replacements of dead workers that one app causes in 10 s at most, or as many as it has workers; 0 for no bound.
    public var restartLimit: Int = 20
    /// Workers that the same call may kill before it is refused; 0 refuses none.
    public var quarantineDeaths: Int = 3
    /// How long such a call is refused.
    public var quarantineTime: Duration = .seconds(3600)
    /// Bounds a call's run, or the time between two chunks of a stream; nil for none.
    public var timeout: Duration? = .seconds(300)
    /// Bounds a whole stream; nil for none.
    public var streamTimeout: Duration?
    /// How long running calls may go on when their worker must end, and apps may take to close.
    public var gracefulTimeout: Duration = .seconds(30)
    /// How long a call past its deadline may take to notice before its worker is killed.
    public var cancelGrace: Duration = .seconds(1)
    /// Bounds a worker's loading, from spawn to ready.
    public var initTimeout: Duration = .seconds(300)
    /// How long a reader that takes nothing may hold unsent replies before it is dropped.
    public var writeTimeout: Duration = .seconds(30)
    /// How long a frame may take from its first byte to its last.
    public var frameTimeout: Duration = .seconds(30)
    /// Whether a busy lane may be sent its next call before it has answered the one it has.
    public var prefetches: Bool = true
    /// How long the arbiter and its workers look for what comes next before they sleep, while it comes soon; zero for not at all.
    public var busyPoll: Duration = .microseconds(20)
    /// Calls that one app may have waiting.
    public var backlog: Int = 2048
    /// Calls that one connection may have in flight.
    public var callsPerConnection: Int = 1024
    /// Bytes of requests and unsent replies held at once.
    public var memoryBudgetBytes: Int = 1 << 30
    /// Unsent bytes of a connection past which the lanes that stream to it are paused.
    public var streamBufferBytes: Int = 1 << 20
    /// The longest frame taken from or sent to a client, below 1 GiB.
    public var maxFrameBytes: Int = 64 << 20
    /// Whether every app has workers of its own.
    public var isolatesApps: Bool = false
    /// The directory for sockets, images and the lock; ours alone, mode 0700.
    public var runtimeDirectory: String
    /// Where clients connect; nil for `dirty.sock` in the runtime directory.
    public var socketPath: String?
    /// Permission bits of the clients' socket.
    public var socketMode: UInt32 = 0o600
    /// The group given to the clients' socket, by name or number; nil leaves it.
    public var socketGroup: String?
    /// Users who may connect besides our own and root; nil leaves it to the socket's permissions.
    public var allowedUIDs: [UInt32]?
    /// Listening sockets to use in place of our own.
    public var inheritedSockets = InheritedSockets()
    /// The service manager to tell of our state; nil for none.
    public var serviceManager: ServiceManager?
    /// Whether to wait for children that others left behind: for a process that is PID 1, in which nobody else starts any.
    public var reapsStrangers: Bool = false
    /// What to run at moments of the arbiter's life.
    public var hooks = ArbiterHooks()
    /// The worker executable; nil for `$DIRTY_WORKER_EXECUTABLE`, else `dirty-worker` beside our own.
    public var workerExecutable: String?

    /// A configuration that hosts `apps` on `workers` workers under `runtimeDirectory`.
    public init(apps: [AppSpecification], workers: Int, runtimeDirectory: String) {
        self.apps = apps
        self.workers = workers
        self.runtimeDirectory = runtimeDirectory
    }

    /// Where clients connect.
    var clientSocketPath: String {
        inheritedSockets.calls.flatMap(ListeningSocket.address(of:)) ?? socketPath ?? runtimeDirectory + "/dirty.sock"
    }
}
