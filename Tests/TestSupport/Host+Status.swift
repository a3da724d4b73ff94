import DirtyWire
import Glibc

extension Host {
    /// One of the host's workers, as `status` tells.
    public struct Worker: Sendable {
        /// Its number.
        public let id: Int
        /// Its process id; nil before it has started.
        public let pid: pid_t?
        /// `starting`, `ready`, `draining` or `gone`.
        public let state: String
        /// How many calls it has ended.
        public let callsServed: Int
        /// The names of its apps.
        public let apps: [String]
    }

    /// What `status` answers.
    public func status() throws -> JSONValue {
        try connect().ask(["type": "status", "id": 1]).result()
    }

    /// Asks for the status until it is as wanted, and returns it.
    @discardableResult
    public func status(
        within seconds: Double = 30,
        until isWanted: (JSONValue) -> Bool
    ) throws -> JSONValue {
        let connection = try connect()
        let deadline = ContinuousClock.now + .seconds(seconds)
        while true {
            let status = try connection.ask(["type": "status", "id": 1]).result()
            if isWanted(status) { return status }
            guard .now < deadline else { throw TestFailure("the status is still \(status)") }
        }
    }

    /// Its workers.
    public func workers() throws -> [Worker] {
        try status()["workers"]?.arrayValue?.map { worker in
            Worker(
                id: worker["id"]?.intValue ?? 0,
                pid: worker["pid"]?.intValue.map(pid_t.init),
                state: worker["state"]?.stringValue ?? "",
                callsServed: worker["calls_served"]?.intValue ?? 0,
                apps: worker["apps"]?.arrayValue?.compactMap(\.stringValue) ?? []
            )
        } ?? []
    }

    /// The process ids of its workers that run.
    public func workerPIDs() throws -> [pid_t] {
        try workers().compactMap(\.pid)
    }

    /// What `status` answers of an app.
    public func app(_ name: String) throws -> JSONValue {
        guard let app = try status().app(name) else { throw TestFailure("status lists no app \(name)") }
        return app
    }

    /// Calls an action on a connection of its own.
    public func call(_ app: String, _ action: String, _ args: JSONValue...) throws -> JSONValue {
        try connect().ask(.request(1, app, action, args)).result()
    }

    /// The error that a call must end with.
    public func failure(of app: String, _ action: String, _ args: JSONValue...) throws -> CallError {
        try connect().ask(.request(1, app, action, args)).requireError()
    }
}

extension JSONValue {
    /// What this, a status, says of an app.
    public func app(_ name: String) -> JSONValue? {
        self["apps"]?.arrayValue?.first { $0["name"]?.stringValue == name }
    }
}

extension Host {
    /// The most memory that its process has had at once, resident; nil if it has ended.
    public var peakMemoryBytes: Int? { memoryBytes("VmHWM:") }

    /// The memory that its process has, resident; nil if it has ended.
    public var memoryBytes: Int? { memoryBytes("VmRSS:") }

    private func memoryBytes(_ name: String) -> Int? {
        ProcessTable.file("status", of: program.pid)
            .split(separator: "\n").first { $0.hasPrefix(name) }?
            .split(separator: " ").compactMap { Int($0) }.first.map { $0 * 1024 }
    }
}
