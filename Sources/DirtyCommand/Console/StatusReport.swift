import DirtyWire

/// A host's status as people read it.
struct StatusReport {
    let status: JSONValue

    init(_ status: JSONValue) {
        self.status = status
    }

    /// The report, without a line break at its end.
    var text: String {
        ([summary] + section(workers) + section(apps)).joined(separator: "\n")
    }

    private var summary: String {
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
                Self.text(app["path"]) + Self.crashLooping(app["crash_looping"]),
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

    private static func text(_ value: JSONValue?) -> String {
        switch value {
        case nil, .null: "-"
        case .string(let text): text
        case .some(let value): value.description
        }
    }

    private static func crashLooping(_ value: JSONValue?) -> String {
        guard let value, value != .null, value != false else { return "" }
        return "  crash-looping" + (value.stringValue.map { ": \($0)" } ?? "")
    }

    /// Seconds in the unit that suits them; a dash for none.
    static func duration(_ value: JSONValue?) -> String {
        guard let seconds = value?.doubleValue else { return "-" }
        switch seconds {
        case ..<0.001: return "\(rounded(seconds * 1e6)) µs"
        case ..<1: return "\(rounded(seconds * 1e3)) ms"
        case ..<60: return "\(rounded(seconds)) s"
        case ..<3600: return "\(Int(seconds) / 60) min \(Int(seconds) % 60) s"
        case ..<86400: return "\(Int(seconds) / 3600) h \(Int(seconds) % 3600 / 60) min"
        default: return "\(Int(seconds) / 86400) d \(Int(seconds) % 86400 / 3600) h"
        }
    }

    /// Bytes in the unit that suits them; a dash for none.
    static func bytes(_ value: JSONValue?) -> String {
        guard let bytes = value?.doubleValue else { return "-" }
        switch bytes {
        case ..<1024: return "\(Int(bytes)) B"
        case ..<1_048_576: return "\(rounded(bytes / 1024)) KiB"
        case ..<1_073_741_824: return "\(rounded(bytes / 1_048_576)) MiB"
        default: return "\(rounded(bytes / 1_073_741_824)) GiB"
        }
    }

    /// One decimal below ten, none above.
    private static func rounded(_ number: Double) -> String {
        guard number < 9.95 else { return String(Int(number.rounded())) }
        let tenths = Int((number * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
