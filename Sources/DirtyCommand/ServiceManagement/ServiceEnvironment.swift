import DirtyArbiter

/// What a service manager such as systemd says in the environment of the process that it starts.
struct ServiceEnvironment {
    /// The manager to tell of our state; nil without one.
    var manager: ServiceManager?
    /// The sockets that were opened for us.
    var sockets = InheritedSockets()

    /// Reads `variables`, which are meant for us only where they name `pid` or no process at all.
    ///
    /// - Throws: ``ServiceEnvironmentProblem`` for sockets that can't be told apart.
    init(_ variables: [String: String], pid: Int32) throws(ServiceEnvironmentProblem) {
        if let socket = variables["NOTIFY_SOCKET"], !socket.isEmpty {
            manager = ServiceManager(
                notifySocket: socket,
                watchdogInterval: Self.watchdogInterval(variables, pid: pid)
            )
        }
        guard variables["LISTEN_PID"] == String(pid), let count = variables["LISTEN_FDS"].flatMap({ Int32($0) }) else {
            return
        }
        let names = (variables["LISTEN_FDNAMES"] ?? "").split(separator: ":", omittingEmptySubsequences: false)
        for index in 0..<max(0, count) {
            let name = names.indices.contains(Int(index)) ? String(names[Int(index)]) : ""
            try take(Self.firstDescriptor + index, named: name)
        }
    }

    /// sd_listen_fds(3): descriptors are handed over from this one on.
    private static let firstDescriptor: Int32 = 3

    /// The socket named `control`, or after a unit or file that is, is the owner's; the other is the clients'.
    private mutating func take(_ descriptor: Int32, named name: String) throws(ServiceEnvironmentProblem) {
        let isControl = name.contains("control")
        guard (isControl ? sockets.control : sockets.calls) == nil else { throw ServiceEnvironmentProblem(name: name) }
        if isControl { sockets.control = descriptor } else { sockets.calls = descriptor }
    }

    private static func watchdogInterval(_ variables: [String: String], pid: Int32) -> Duration? {
        guard let microseconds = variables["WATCHDOG_USEC"].flatMap({ Int64($0) }), microseconds > 0 else { return nil }
        guard variables["WATCHDOG_PID"].map({ $0 == String(pid) }) ?? true else { return nil }
        return .microseconds(microseconds)
    }
}

/// More sockets were handed over than there is use for.
struct ServiceEnvironmentProblem: Error, CustomStringConvertible {
    /// The name of the one that is too many.
    let name: String

    /// What is wrong, and what to do.
    var description: String {
        "a second socket was handed over that is named '\(name)' (LISTEN_FDNAMES): at most one for calls, and one with "
            + "FileDescriptorName=control"
    }
}
