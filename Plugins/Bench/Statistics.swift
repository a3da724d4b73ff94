import Synchronization

/// What the app has done since the last reset; shared by all lanes.
final class Statistics: Sendable {
    private let state = Mutex(Totals())

    /// A copy of the counts.
    var totals: Totals { state.withLock { $0 } }

    func countCall() { state.withLock { $0.call_count += 1 } }

    func add(sleep milliseconds: Double) { state.withLock { $0.total_sleep_ms += milliseconds } }

    func add(cpu milliseconds: Double) { state.withLock { $0.total_cpu_ms += milliseconds } }

    func reset() { state.withLock { $0 = Totals() } }
}
