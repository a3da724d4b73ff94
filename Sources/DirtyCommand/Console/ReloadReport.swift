import DirtyWire

/// What a status tells of reloads, as people read it.
struct ReloadReport {
    let status: JSONValue

    /// The report of `status`, what a host says of itself.
    init(_ status: JSONValue) {
        self.status = status
    }

    /// A line, or none if there has been no reload.
    var lines: [String] {
        let reload = status["reload"]
        let generation = "generation \(status["generation"] ?? .null)"
        if reload?["active"]?.boolValue == true { return ["\(generation), reloading"] }
        guard let last = reload?["last"], last != .null else { return [] }
        return ["\(generation), the last reload \(Self.outcome(last))"]
    }

    private static func outcome(_ last: JSONValue) -> String {
        let cause = last["cause"]?.stringValue ?? "?"
        switch last["outcome"]?.stringValue {
        case "refused": return "was refused: \(cause)"
        case "rolled_back": return "was rolled back: \(cause)"
        default:
            let skipped = (last["skipped"]?.arrayValue ?? []).compactMap { $0["cause"]?.stringValue }
            guard skipped.isEmpty else { return "left something out: \(skipped.joined(separator: "; "))" }
            return "took \(StatusReport.duration(last["seconds"]))"
        }
    }
}
