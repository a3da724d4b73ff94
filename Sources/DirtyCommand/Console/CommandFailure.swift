import DirtyClient

/// Ends a command with lines for stderr and an exit code.
struct CommandFailure: Error {
    let status: ExitStatus
    let lines: [String]

    init(_ status: ExitStatus, _ lines: [String]) {
        self.status = status
        self.lines = lines
    }

    init(_ status: ExitStatus, _ line: String) {
        self.init(status, [line])
    }
}

extension CommandFailure {
    /// The failure of a call: type, message and whether it ran, then what else the host says, a fact a line.
    init(_ error: DirtyCallError) {
        if let tried = error.details["tried"]?.arrayValue {
            self.init(.unavailable, Self.noHost(tried))
        } else {
            var lines = ["\(error.type): \(error.message)", "executed: \(error.executed.rawValue)"]
            for (name, value) in error.details where !Self.inMessage.contains(name) {
                lines.append(contentsOf: Self.fact(name, value))
            }
            if error.details["streams"] == true { lines.append("add --stream to see its chunks") }
            self.init(.failure, lines)
        }
    }

    /// Details that whoever typed the call knows.
    private static let inMessage: Set = ["app_path", "action", "streams"]

    private static func noHost(_ tried: [JSONValue]) -> [String] {
        var lines = ["no host answers; tried:"]
        for attempt in tried {
            lines.append("  \(attempt["path"]?.stringValue ?? "?"): \(attempt["problem"]?.stringValue ?? "?")")
        }
        lines.append("start one with: dirty serve APP…, or name its socket with --socket or DIRTY_SOCKET")
        return lines
    }

    /// Text of several lines, such as a traceback, stands indented under its name.
    private static func fact(_ name: String, _ value: JSONValue) -> [String] {
        guard let text = value.stringValue else { return ["\(name): \(value)"] }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: true)
        // A host leaves empty what it doesn't know.
        guard !lines.isEmpty else { return [] }
        guard lines.count > 1 else { return ["\(name): \(text)"] }
        return ["\(name):"] + lines.map { "  \($0)" }
    }
}
