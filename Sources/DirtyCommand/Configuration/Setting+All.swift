import DirtyArbiter
import Logging

extension Setting {
    /// Every setting besides the apps, in the order of `docs/configuration.md`.
    static let all: [Setting] = [
        Setting("dirty_workers") { text, settings throws(SettingProblem) in
            settings.arbiter.workers = try SettingText.count(text, 0...4096)
        },
        Setting("dirty_threads") { text, settings throws(SettingProblem) in
            settings.arbiter.threads = try SettingText.count(text, 1...250)
        },
        Setting("dirty_isolation") { text, settings throws(SettingProblem) in
            settings.arbiter.isolatesApps = try SettingText.choice(text, [("shared", false), ("app", true)])
        },
        Setting("dirty_watch") { text, settings throws(SettingProblem) in
            settings.arbiter.watchesPlugins = try SettingText.choice(text, [("false", false), ("true", true)])
        },
        Setting("dirty_max_requests") { text, settings throws(SettingProblem) in
            let count = try SettingText.count(text, 0...1_000_000_000)
            settings.arbiter.maxRequests = count == 0 ? nil : count
        },
        Setting("dirty_max_requests_jitter") { text, settings throws(SettingProblem) in
            settings.arbiter.maxRequestsJitter = try SettingText.count(text, 0...1_000_000_000)
        },
        Setting("dirty_max_memory") { text, settings throws(SettingProblem) in
            let bytes = try SettingText.bytes(text, 0...(1 << 50))
            settings.arbiter.maxMemoryBytes = bytes == 0 ? nil : bytes
        },
        Setting("dirty_restart_limit") { text, settings throws(SettingProblem) in
            settings.arbiter.restartLimit = try SettingText.count(text, 0...1_000_000)
        },
        Setting("dirty_quarantine") { text, settings throws(SettingProblem) in
            settings.arbiter.quarantineDeaths = try SettingText.count(text, 0...1000)
        },
        Setting("dirty_timeout") { text, settings throws(SettingProblem) in
            settings.arbiter.timeout = try SettingText.optionalSeconds(text)
        },
        Setting("dirty_stream_timeout") { text, settings throws(SettingProblem) in
            settings.arbiter.streamTimeout = try SettingText.optionalSeconds(text)
        },
        Setting("dirty_graceful_timeout") { text, settings throws(SettingProblem) in
            settings.arbiter.gracefulTimeout = try SettingText.seconds(text, orZero: true)
        },
        Setting("dirty_cancel_grace") { text, settings throws(SettingProblem) in
            settings.arbiter.cancelGrace = try SettingText.seconds(text, orZero: true)
        },
        Setting("dirty_init_timeout") { text, settings throws(SettingProblem) in
            settings.arbiter.initTimeout = try SettingText.seconds(text, orZero: false)
        },
        Setting("dirty_write_timeout") { text, settings throws(SettingProblem) in
            settings.arbiter.writeTimeout = try SettingText.seconds(text, orZero: false)
        },
        Setting("dirty_frame_timeout") { text, settings throws(SettingProblem) in
            settings.arbiter.frameTimeout = try SettingText.seconds(text, orZero: false)
        },
        Setting("dirty_prefetch") { text, settings throws(SettingProblem) in
            settings.arbiter.prefetches = try SettingText.count(text, 0...1) == 1
        },
        Setting("dirty_busy_poll") { text, settings throws(SettingProblem) in
            settings.arbiter.busyPoll = .microseconds(try SettingText.count(text, 0...1000))
        },
        Setting("dirty_backlog") { text, settings throws(SettingProblem) in
            settings.arbiter.backlog = try SettingText.count(text, 1...1_000_000)
        },
        Setting("dirty_connection_calls") { text, settings throws(SettingProblem) in
            settings.arbiter.callsPerConnection = try SettingText.count(text, 1...1_000_000)
        },
        Setting("dirty_memory_budget") { text, settings throws(SettingProblem) in
            settings.arbiter.memoryBudgetBytes = try SettingText.bytes(text, (1 << 20)...(1 << 50))
        },
        Setting("dirty_stream_buffer") { text, settings throws(SettingProblem) in
            settings.arbiter.streamBufferBytes = try SettingText.bytes(text, 1024...(1 << 40))
        },
        Setting("dirty_max_frame") { text, settings throws(SettingProblem) in
            settings.arbiter.maxFrameBytes = try SettingText.bytes(text, 1024...((1 << 30) - 1))
        },
        Setting("dirty_runtime_dir") { text, settings throws(SettingProblem) in
            settings.arbiter.runtimeDirectory = try SettingText.text(text, "a directory's path")
        },
        Setting("dirty_socket") { text, settings throws(SettingProblem) in
            settings.arbiter.socketPath = try SettingText.text(text, "a socket's path")
        },
        Setting("dirty_socket_mode") { text, settings throws(SettingProblem) in
            settings.arbiter.socketMode = try SettingText.mode(text)
        },
        Setting("dirty_socket_group") { text, settings throws(SettingProblem) in
            settings.arbiter.socketGroup = try SettingText.text(text, "a group's name or number")
        },
        Setting(list: "dirty_allowed_uids") { texts, settings throws(SettingProblem) in
            var users: [UInt32] = []
            for text in texts {
                users.append(try SettingText.user(text))
            }
            settings.arbiter.allowedUIDs = users
        },
        Setting("dirty_worker_executable") { text, settings throws(SettingProblem) in
            settings.arbiter.workerExecutable = try SettingText.text(text, "a program's path")
        },
        Setting("on_dirty_starting", environment: "DIRTY_ON_STARTING") { text, settings throws(SettingProblem) in
            settings.arbiter.hooks.onStarting = try SettingText.hook(text)
        },
        Setting("dirty_post_fork") { text, settings throws(SettingProblem) in
            settings.arbiter.hooks.postFork = try SettingText.hook(text)
        },
        Setting("dirty_worker_init") { text, settings throws(SettingProblem) in
            settings.arbiter.hooks.workerInit = try SettingText.hook(text)
        },
        Setting("dirty_worker_exit") { text, settings throws(SettingProblem) in
            settings.arbiter.hooks.workerExit = try SettingText.hook(text)
        },
        Setting("dirty_hook_timeout") { text, settings throws(SettingProblem) in
            settings.arbiter.hooks.timeout = try SettingText.seconds(text, orZero: false)
        },
        Setting("dirty_log_file") { text, settings throws(SettingProblem) in
            settings.logFile = try SettingText.text(text, "a file's path")
        },
        Setting("log_level", environment: "DIRTY_LOG_LEVEL") { text, settings throws(SettingProblem) in
            let levels = Logger.Level.allCases.map { ($0.rawValue, $0) }
            settings.logLevel = try SettingText.choice(text, levels)
        },
        Setting("log_format", environment: "DIRTY_LOG_FORMAT") { text, settings throws(SettingProblem) in
            settings.logFormat = try SettingText.choice(text, LogFormat.allCases.map { ($0.rawValue, $0) })
        },
    ]

    /// The key that lists the apps.
    static let appsKey = "dirty_apps"
    /// Every key a file may have.
    static let keys = [appsKey] + all.map(\.key)

    /// The setting named `key` in the file.
    static func named(_ key: String) -> Setting? {
        all.first { $0.key == key }
    }
}
