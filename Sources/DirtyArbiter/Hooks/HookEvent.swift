import DirtyWire

/// What a hook is told.
public struct HookEvent: Hashable, Sendable {
    /// When in a host's life a hook runs.
    public enum Moment: String, Hashable, Sendable, CaseIterable {
        /// The host has its runtime directory and has done nothing else; a hook that fails stops the start.
        case starting = "on_dirty_starting"
        /// A worker's process runs, and has loaded nothing yet.
        case postFork = "dirty_post_fork"
        /// A worker has loaded its apps and takes calls.
        case workerInit = "dirty_worker_init"
        /// A worker's process has ended.
        case workerExit = "dirty_worker_exit"
    }

    /// How a worker ended.
    public struct Exit: Hashable, Sendable {
        /// In words, such as `ended by signal 9 (SIGKILL)`.
        public let words: String
        /// Its exit code, if it exited.
        public let code: Int32?
        /// The signal, if one ended it.
        public let signal: Int32?
        /// Whether the host had told it to end.
        public let isExpected: Bool
    }

    /// When it runs.
    public internal(set) var moment: Moment
    /// The process that it is about: a worker, or at the start the host.
    public let pid: Int32
    /// The worker's number, which no other worker of this host has had; nil at the start.
    public let worker: Int?
    /// The worker's slot; nil at the start.
    public let slot: Int?
    /// The apps that the worker hosts, in load order; at the start, all of them.
    public let apps: [String]
    /// The reload whose code the worker runs; 0 before the first.
    public let generation: Int
    /// Why the worker was started.
    public let cause: SpawnCause
    /// How the worker ended; nil before it has.
    public internal(set) var exit: Exit?
}

extension HookEvent {
    /// What a command gets on its standard input.
    var json: JSONValue {
        var object: JSONObject = [
            "hook": .string(moment.rawValue),
            "pid": .int(Int64(pid)),
            "worker": worker.map { JSONValue($0) } ?? .null,
            "slot": slot.map { JSONValue($0) } ?? .null,
            "apps": .array(apps.map(JSONValue.string)),
            "generation": JSONValue(generation),
            "cause": .string(exit?.words ?? cause.rawValue),
        ]
        guard let exit else { return .object(object) }
        object["expected"] = .bool(exit.isExpected)
        object["exit_code"] = exit.code.map { .int(Int64($0)) } ?? .null
        object["signal"] = exit.signal.map { .int(Int64($0)) } ?? .null
        return .object(object)
    }
}
