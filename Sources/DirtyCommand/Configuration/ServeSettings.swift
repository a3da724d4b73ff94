import DirtyArbiter
import Logging
import NIOCore

/// What `dirty serve` is told: the arbiter's configuration and how to log.
struct ServeSettings {
    /// The arbiter's part; its apps are filled in when all sources have been read.
    var arbiter: ArbiterConfiguration
    /// The least level that is logged.
    var logLevel = Logger.Level.info
    /// How log lines look.
    var logFormat = LogFormat.text
    /// The file that is logged to; nil for stderr.
    var logFile: String?

    /// What holds unless something else is said: as many workers as there are CPUs for us, the standard runtime directory.
    init() {
        arbiter = ArbiterConfiguration(
            apps: [],
            workers: System.coreCount,
            runtimeDirectory: RuntimeDirectory.defaultPath()
        )
    }
}
