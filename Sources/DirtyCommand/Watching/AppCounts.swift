import DirtyWire

/// How the calls of an app have ended, from its status.
struct AppCounts {
    /// Calls that the plugin answered with a result.
    let answered: Int
    /// Calls that ended in any other way but by their client.
    let failures: Int
    /// All calls that have ended.
    let ended: Int

    init(_ app: JSONValue) {
        func count(_ name: String) -> Int { app["counts"]?[name]?.intValue ?? 0 }
        answered = count("answered")
        failures = ["app_errors", "rejected", "timed_out", "died", "overloaded", "no_workers"].map(count).reduce(0, +)
        ended = answered + failures + count("cancelled")
    }
}
