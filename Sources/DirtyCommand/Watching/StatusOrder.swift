import DirtyWire

/// What the rows of the live table are ordered by.
enum StatusOrder: Character, CaseIterable {
    case name = "n"
    case rate = "r"
    case backlog = "b"
    case latency = "l"
    case memory = "m"
    case failures = "f"

    /// The word by the key in the table's last line.
    var title: String {
        switch self {
        case .name: "name"
        case .rate: "rate"
        case .backlog: "backlog"
        case .latency: "latency"
        case .memory: "memory"
        case .failures: "failures"
        }
    }

    /// Apps, the most of it first; by name where two have the same, and where apps know nothing of it.
    func sorted(apps: [JSONValue], rates: StatusRates) -> [JSONValue] {
        Self.sorted(apps, name: { $0["name"]?.stringValue ?? "" }) { app in
            switch self {
            case .name, .memory: 0
            case .rate: rates.app(app) ?? 0
            case .backlog: (app["backlog"]?.doubleValue ?? 0) + (app["running"]?.doubleValue ?? 0)
            case .latency: app["latency"]?["p99"]?.doubleValue ?? 0
            case .failures: Double(AppCounts(app).failures)
            }
        }
    }

    /// Workers, the most of it first; by slot where two have the same, and where workers know nothing of it.
    func sorted(workers: [JSONValue], rates: StatusRates) -> [JSONValue] {
        Self.sorted(workers, name: { $0["slot"]?.intValue ?? 0 }) { worker in
            switch self {
            case .name, .backlog, .latency: 0
            case .rate: rates.worker(worker) ?? 0
            case .memory: worker["memory"]?["rss"]?.doubleValue ?? 0
            case .failures: worker["restarts"]?.doubleValue ?? 0
            }
        }
    }

    private static func sorted<Name: Comparable>(
        _ rows: [JSONValue],
        name: (JSONValue) -> Name,
        by amount: (JSONValue) -> Double
    ) -> [JSONValue] {
        rows.map { (row: $0, amount: amount($0), name: name($0)) }
            .sorted { $0.amount != $1.amount ? $0.amount > $1.amount : $0.name < $1.name }
            .map(\.row)
    }
}
