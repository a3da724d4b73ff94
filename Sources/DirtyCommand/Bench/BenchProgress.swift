/// A line on a terminal that says how far a load has come.
final class BenchProgress {
    private let load: Load
    private let start = ContinuousClock.now
    private var next = ContinuousClock.now
    private var isShown = false

    private static let interval = Duration.milliseconds(200)

    init(_ load: Load) {
        self.load = load
    }

    /// Shows that there are `answers`.
    func show(_ answers: UInt64) {
        let now = ContinuousClock.now
        guard StandardStream.error.isTerminal, now >= next else { return }
        next = now + Self.interval
        isShown = true
        StandardStream.error.write(Array("\r\u{1B}[K\(text(answers, after: now - start))".utf8))
    }

    /// Takes the line away.
    func clear() {
        if isShown { StandardStream.error.write(Array("\r\u{1B}[K".utf8)) }
        isShown = false
    }

    /// What the line says.
    func text(_ answers: UInt64, after elapsed: Duration) -> String {
        let rate = Double(answers) / max(elapsed / .seconds(1), 1e-9)
        let parts = [
            load.requests.map { Double(answers) / Double($0) }, load.duration.map { elapsed / $0 },
        ]
        let share = min(parts.compactMap { $0 }.max() ?? 0, 1)
        return "\(Int(share * 100)) %  \(answers) calls  \(Quantity.rate(rate)) calls/s"
    }
}
