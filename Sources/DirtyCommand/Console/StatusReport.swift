import DirtyWire

/// A host's status as people read it.
struct StatusReport {
    let status: JSONValue

    init(_ status: JSONValue) {
        self.status = status
    }

    /// The report, without a line break at its end.
    var text: String {
        ([summary] + ReloadReport(status).lines + section(workers) + section(apps)).joined(separator: "\n")
    }

    /// Who the host is and how it is, on one line.
    var summary: String {
        var parts = ["dirty-host \(text("version"))", "pid \(text("pid"))", text("state")]
        if status["ready"]?.boolValue != true { parts.append("not every worker ready") }
        parts += ["up \(Self.duration(status["uptime"]))", "connections \(text("connections"))", text("socket")]
        return parts.joined(separator: ", ")
    }

    private var workers: TextTable {
        var table = TextTable([
            .number("WORKER"), .number("SLOT"), .number("PID"), .text("STATE"), .number("GENERATION"), .number("BUSY"),
            .number("CALLS"), .number("RESTARTS"), .number("MEMORY"), .text("APPS"),
        ])
        for worker in status["workers"]?.arrayValue ?? [] {
            table.add([
                Self.text(worker["id"]), Self.text(worker["slot"]), Self.text(worker["pid"]),
                Self.text(worker["state"]),
                Self.text(worker["generation"]),
                "\(Self.text(worker["lanes_busy"]))/\(Self.text(worker["lanes"]))",
                Self.text(worker["calls_served"]), Self.text(worker["restarts"]),
                Self.bytes(worker["memory"]?["rss"]),
                (worker["apps"]?.arrayValue ?? []).compactMap(\.stringValue).joined(separator: ","),
            ])
        }
        return table
    }

    private var apps: TextTable {
        var table = TextTable([
            .text("APP"), .number("WORKERS"), .number("WAITING"), .number("RUNNING"), .number("ANSWERED"),
            .number("FAILED"), .number("TIMED OUT"), .number("DIED"), .number("REFUSED"), .number("P50"),
            .number("P99"),
            .text("PATH"),
        ])
        for app in status["apps"]?.arrayValue ?? [] {
            let counts = app["counts"]
            let refused = (counts?["overloaded"]?.intValue ?? 0) + (counts?["no_workers"]?.intValue ?? 0)
            table.add([
                Self.text(app["name"]), Self.text(app["workers"]), Self.text(app["backlog"]), Self.text(app["running"]),
                Self.text(counts?["answered"]), Self.text(counts?["app_errors"]), Self.text(counts?["timed_out"]),
                Self.text(counts?["died"]), String(refused),
                Self.duration(app["latency"]?["p50"]), Self.duration(app["latency"]?["p99"]),
                [Self.text(app["path"]), Self.crashLooping(app["crash_looping"])].filter { !$0.isEmpty }
                    .joined(separator: "  "),
            ])
        }
        return table
    }

    private func section(_ table: TextTable) -> [String] {
        [""] + table.lines
    }

    private func text(_ name: String) -> String {
        Self.text(status[name])
    }

    /// A value as it is shown in a table; a dash for none.
    static func text(_ value: JSONValue?) -> String {
        switch value {
        case nil, .null: "-"
        case .string(let text): text
        case .some(let value): value.description
        }
    }

    /// Whether and why an app is crash-looping; empty if it isn't.
    static func crashLooping(_ value: JSONValue?) -> String {
        guard let value, value != .null, value != false else { return "" }
        return "crash-looping" + (value.stringValue.map { ": \($0)" } ?? "")
    }

    /// Seconds in the unit that suits them; a dash for none.
    static func duration(_ value: JSONValue?) -> String {
        value?.doubleValue.map(Quantity.duration) ?? "-"
    }

    /// Bytes in the unit that suits them; a dash for none.
    static func bytes(_ value: JSONValue?) -> String {
        value?.doubleValue.map(Quantity.bytes) ?? "-"
    }
}
