import DirtyWire
import Synchronization
import TestSupport

/// Connections that call without a pause while something else goes on.
final class Callers: Sendable {
    /// What they found.
    struct Findings: Sendable {
        /// Calls that were answered with a result.
        var answered = 0
        /// Everything else.
        var failures: [String] = []
        /// How long the slowest call took.
        var worst = Duration.zero
    }

    private let isEnded = Mutex(false)
    private let findings = Mutex(Findings())

    /// Calls `app` on `count` connections while `body` runs; returns what came of it.
    static func during(
        _ count: Int,
        calling app: String,
        on host: Host,
        _ body: () throws -> Void
    ) throws -> Findings {
        let callers = Callers()
        let finish = inBackground {
            try concurrently(count) { _ in try callers.call(app, on: host) }
        }
        let result = Result { try body() }
        callers.isEnded.withLock { $0 = true }
        _ = try finish()
        try result.get()
        return callers.findings.withLock { $0 }
    }

    private func call(_ app: String, on host: Host) throws {
        let connection = try host.connect()
        while !isEnded.withLock({ $0 }) {
            let start = ContinuousClock.now
            let outcome = Result { try connection.call(app, "version") }
            let time = ContinuousClock.now - start
            findings.withLock { findings in
                findings.worst = max(findings.worst, time)
                switch outcome {
                case .success: findings.answered += 1
                case .failure(let error): findings.failures.append("\(error)")
                }
            }
            // A connection that is broken would fail for ever.
            if case .failure = outcome { return }
        }
    }
}
