import DirtyWire

/// Calls a second, from what two statuses of a host have counted.
struct StatusRates: Equatable {
    private var apps: [String: Double] = [:]
    private var workers: [Int: Double] = [:]

    /// No rates, as before a second status.
    init() {}

    /// The rates between two statuses that lie `elapsed` apart; none between those of different processes.
    init(from earlier: JSONValue, to later: JSONValue, elapsed: Duration) {
        let seconds = elapsed / .seconds(1)
        guard seconds > 0, earlier["pid"] == later["pid"] else { return }
        apps = Self.rates(earlier["apps"], later["apps"], seconds, key: { $0["name"]?.stringValue }) {
            AppCounts($0).ended
        }
        workers = Self.rates(earlier["workers"], later["workers"], seconds, key: { $0["id"]?.intValue }) {
            $0["calls_served"]?.intValue ?? 0
        }
    }

    /// Calls of an app that end in a second; nil if it isn't known yet.
    func app(_ app: JSONValue) -> Double? {
        app["name"]?.stringValue.flatMap { apps[$0] }
    }

    /// Calls that a worker answers in a second; nil if it isn't known yet.
    func worker(_ worker: JSONValue) -> Double? {
        worker["id"]?.intValue.flatMap { workers[$0] }
    }

    /// Calls of all apps that end in a second; nil if it isn't known yet.
    var total: Double? {
        apps.isEmpty ? nil : apps.values.reduce(0, +)
    }

    private static func rates<Key: Hashable>(
        _ earlier: JSONValue?,
        _ later: JSONValue?,
        _ seconds: Double,
        key: (JSONValue) -> Key?,
        count: (JSONValue) -> Int
    ) -> [Key: Double] {
        var before: [Key: Int] = [:]
        for row in earlier?.arrayValue ?? [] {
            if let key = key(row) { before[key] = count(row) }
        }
        var rates: [Key: Double] = [:]
        for row in later?.arrayValue ?? [] {
            guard let key = key(row), let start = before[key] else { continue }
            rates[key] = Double(max(0, count(row) - start)) / seconds
        }
        return rates
    }
}
