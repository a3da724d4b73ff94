import ArgumentParser

/// A flag for every setting.
///
/// Their texts are read like those of file and environment, so they are plain strings here.
struct SettingFlags: ParsableArguments {
    @Option(help: ArgumentHelp("Workers for apps that name no number; 0 runs none. (default: CPUs)", valueName: "n"))
    var dirtyWorkers: String?

    @Option(help: ArgumentHelp("Calls a worker runs at once, where its plugin can. (default: 1)", valueName: "n"))
    var dirtyThreads: String?

    @Option(help: ArgumentHelp("How long a call may run; 0 for ever. (default: 300)", valueName: "s"))
    var dirtyTimeout: String?

    @Option(help: ArgumentHelp("How long running calls may go on at a stop. (default: 30)", valueName: "s"))
    var dirtyGracefulTimeout: String?

    @Option(
        name: [.long, .customLong("dirty-socket")],
        help: ArgumentHelp("Where clients connect.", valueName: "path")
    )
    var socket: String?

    @Option(
        name: [.long, .customLong("dirty-runtime-dir")],
        help: ArgumentHelp("The directory for sockets, images and lock.", valueName: "dir")
    )
    var runtimeDir: String?

    @Option(
        help: ArgumentHelp("The least level that is logged: trace to critical. (default: info)", valueName: "level")
    )
    var logLevel: String?

    @Option(help: ArgumentHelp("text or json. (default: text)", valueName: "format"))
    var logFormat: String?

    @Option(
        help: ArgumentHelp("Whether apps have workers of their own: shared or app. (default: shared)", valueName: "how")
    )
    var dirtyIsolation: String?

    @Flag(help: "Reloads apps when their plugins' files change; short for --dirty-watch true.")
    var watch = false

    @Option(help: ArgumentHelp("Whether files are watched: true or false. (default: false)", valueName: "whether"))
    var dirtyWatch: String?

    @Option(help: ArgumentHelp("Calls after which a worker is replaced; 0 for never. (default: 0)", valueName: "n"))
    var dirtyMaxRequests: String?

    @Option(help: ArgumentHelp("By how much that differs from worker to worker. (default: 0)", valueName: "n"))
    var dirtyMaxRequestsJitter: String?

    @Option(
        help: ArgumentHelp("Memory past which a worker is replaced; 0 for never. (default: 0)", valueName: "bytes")
    )
    var dirtyMaxMemory: String?

    @Option(
        help: ArgumentHelp(
            "Dead workers of an app that are replaced in 10 s; 0 for any number. (default: 20)",
            valueName: "n"
        )
    )
    var dirtyRestartLimit: String?

    @Option(
        help: ArgumentHelp("Workers a call may kill before it is refused; 0 for any. (default: 3)", valueName: "n")
    )
    var dirtyQuarantine: String?

    @Option(help: ArgumentHelp("How long a whole stream may take; 0 for ever. (default: 0)", valueName: "s"))
    var dirtyStreamTimeout: String?

    @Option(help: ArgumentHelp("How long a call past its deadline may take to notice. (default: 1)", valueName: "s"))
    var dirtyCancelGrace: String?

    @Option(help: ArgumentHelp("How long a worker may take to load its apps. (default: 300)", valueName: "s"))
    var dirtyInitTimeout: String?

    @Option(
        help: ArgumentHelp("How long a reader may take nothing before it is dropped. (default: 30)", valueName: "s")
    )
    var dirtyWriteTimeout: String?

    @Option(help: ArgumentHelp("How long a frame may take to come whole. (default: 30)", valueName: "s"))
    var dirtyFrameTimeout: String?

    @Option(help: ArgumentHelp("1: busy workers are sent their next call early; 0: not. (default: 1)", valueName: "n"))
    var dirtyPrefetch: String?

    @Option(
        help: ArgumentHelp(
            "Microseconds to look for what comes next before sleeping; 0: none. (default: 20)",
            valueName: "microseconds"
        )
    )
    var dirtyBusyPoll: String?

    @Option(help: ArgumentHelp("Calls that may wait for an app. (default: 2048)", valueName: "n"))
    var dirtyBacklog: String?

    @Option(help: ArgumentHelp("Calls in flight on one connection. (default: 1024)", valueName: "n"))
    var dirtyConnectionCalls: String?

    @Option(help: ArgumentHelp("Bytes of requests and replies held at once. (default: 1GiB)", valueName: "bytes"))
    var dirtyMemoryBudget: String?

    @Option(help: ArgumentHelp("Unsent bytes past which a stream is paused. (default: 1MiB)", valueName: "bytes"))
    var dirtyStreamBuffer: String?

    @Option(help: ArgumentHelp("The longest frame. (default: 64MiB)", valueName: "bytes"))
    var dirtyMaxFrame: String?

    @Option(help: ArgumentHelp("Permission bits of the socket, in octal. (default: 0600)", valueName: "mode"))
    var dirtySocketMode: String?

    @Option(help: ArgumentHelp("The group of the socket.", valueName: "group"))
    var dirtySocketGroup: String?

    @Option(help: ArgumentHelp("Users who may connect besides ours and root, by comma.", valueName: "users"))
    var dirtyAllowedUids: String?

    @Option(help: ArgumentHelp("The worker program. (default: dirty-worker beside dirty)", valueName: "path"))
    var dirtyWorkerExecutable: String?

    @Option(
        name: [.long, .customLong("dirty-log-file")],
        help: ArgumentHelp("The file to log to. (default: stderr)", valueName: "file")
    )
    var logFile: String?

    @Option(help: ArgumentHelp("A command to run first; if it fails, the host doesn't start.", valueName: "command"))
    var onDirtyStarting: String?

    @Option(help: ArgumentHelp("A command to run when a worker has been started.", valueName: "command"))
    var dirtyPostFork: String?

    @Option(help: ArgumentHelp("A command to run when a worker is ready.", valueName: "command"))
    var dirtyWorkerInit: String?

    @Option(help: ArgumentHelp("A command to run when a worker has ended.", valueName: "command"))
    var dirtyWorkerExit: String?

    @Option(help: ArgumentHelp("How long such a command may run. (default: 10)", valueName: "s"))
    var dirtyHookTimeout: String?

    /// The flags that were given, with the settings they set.
    var given: [(setting: Setting, flag: String, text: String)] {
        let flags: [(key: String, flag: String?, text: String?)] = [
            ("dirty_workers", nil, dirtyWorkers), ("dirty_threads", nil, dirtyThreads),
            ("dirty_isolation", nil, dirtyIsolation),
            ("dirty_watch", watch ? "--watch" : nil, watch ? "true" : dirtyWatch),
            ("dirty_max_requests", nil, dirtyMaxRequests),
            ("dirty_max_requests_jitter", nil, dirtyMaxRequestsJitter),
            ("dirty_max_memory", nil, dirtyMaxMemory), ("dirty_restart_limit", nil, dirtyRestartLimit),
            ("dirty_quarantine", nil, dirtyQuarantine),
            ("dirty_timeout", nil, dirtyTimeout), ("dirty_stream_timeout", nil, dirtyStreamTimeout),
            ("dirty_graceful_timeout", nil, dirtyGracefulTimeout), ("dirty_cancel_grace", nil, dirtyCancelGrace),
            ("dirty_init_timeout", nil, dirtyInitTimeout), ("dirty_write_timeout", nil, dirtyWriteTimeout),
            ("dirty_frame_timeout", nil, dirtyFrameTimeout),
            ("dirty_prefetch", nil, dirtyPrefetch), ("dirty_busy_poll", nil, dirtyBusyPoll),
            ("dirty_backlog", nil, dirtyBacklog), ("dirty_connection_calls", nil, dirtyConnectionCalls),
            ("dirty_memory_budget", nil, dirtyMemoryBudget), ("dirty_stream_buffer", nil, dirtyStreamBuffer),
            ("dirty_max_frame", nil, dirtyMaxFrame),
            ("dirty_runtime_dir", "--runtime-dir", runtimeDir), ("dirty_socket", "--socket", socket),
            ("dirty_socket_mode", nil, dirtySocketMode), ("dirty_socket_group", nil, dirtySocketGroup),
            ("dirty_allowed_uids", nil, dirtyAllowedUids), ("dirty_worker_executable", nil, dirtyWorkerExecutable),
            ("on_dirty_starting", nil, onDirtyStarting), ("dirty_post_fork", nil, dirtyPostFork),
            ("dirty_worker_init", nil, dirtyWorkerInit), ("dirty_worker_exit", nil, dirtyWorkerExit),
            ("dirty_hook_timeout", nil, dirtyHookTimeout), ("dirty_log_file", "--log-file", logFile),
            ("log_level", nil, logLevel), ("log_format", nil, logFormat),
        ]
        return flags.compactMap { flag in
            guard let text = flag.text, let setting = Setting.named(flag.key) else { return nil }
            return (setting, flag.flag ?? setting.flag, text)
        }
    }
}
