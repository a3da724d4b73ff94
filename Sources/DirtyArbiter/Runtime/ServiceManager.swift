import Glibc
import Subprocess

/// The service manager that started this process, such as systemd, and what it is told: sd_notify(3)'s protocol, without
/// its library.
///
/// Plain values, so that whoever embeds the arbiter decides whether it speaks for the process.
public struct ServiceManager: Hashable, Sendable {
    /// The socket that takes notes, `$NOTIFY_SOCKET`: a path, or `@` and an abstract name.
    public var notifySocket: String
    /// Within how long a sign of life must follow the one before, `$WATCHDOG_USEC`; nil if none is wanted.
    public var watchdogInterval: Duration?

    /// A manager that listens on `notifySocket`.
    public init(notifySocket: String, watchdogInterval: Duration? = nil) {
        self.notifySocket = notifySocket
        self.watchdogInterval = watchdogInterval
    }

    /// Variables by which a service manager speaks to this process alone: those that it starts don't get them.
    static let withheldVariables: [Environment.Key: String?] = [
        "NOTIFY_SOCKET": nil, "WATCHDOG_USEC": nil, "WATCHDOG_PID": nil,
        "LISTEN_FDS": nil, "LISTEN_PID": nil, "LISTEN_FDNAMES": nil,
    ]
}
