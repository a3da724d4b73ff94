/// A histogram whose steps are 1, 2, 5, 10, 20, 50 and so on, as people read it.
struct LatencyBars {
    /// Calls that took so long or less, but longer than the row before.
    struct Row: Equatable {
        let seconds: Double
        let count: UInt64
    }

    /// From the fastest calls to the slowest, without gaps.
    let rows: [Row]

    private static let barWidth = 40

    init(_ result: LoadResult) {
        var rows: [Row] = []
        for bucket in result.buckets {
            let end = Self.step(above: min(bucket.seconds, result.longest))
            if let last = rows.last, last.seconds == end {
                rows[rows.count - 1] = Row(seconds: end, count: last.count + bucket.count)
                continue
            }
            while let last = rows.last, Self.step(after: last.seconds) < end {
                rows.append(Row(seconds: Self.step(after: last.seconds), count: 0))
            }
            rows.append(Row(seconds: end, count: bucket.count))
        }
        self.rows = rows
    }

    /// A line a row: its end, a bar, how many calls, and which part of all.
    var lines: [String] {
        let total = rows.reduce(0) { $0 + $1.count }
        let most = rows.map(\.count).max() ?? 0
        guard most > 0 else { return [] }
        var table = TextTable([.number(""), .text(""), .number(""), .number("")])
        for row in rows {
            let eighths = Int((Double(row.count) / Double(most) * Double(Self.barWidth * 8)).rounded(.up))
            table.add([
                "≤ \(Quantity.duration(row.seconds))", Self.bar(eighths), String(row.count),
                "\(Quantity.rounded(Double(row.count) / Double(total) * 100)) %",
            ])
        }
        return Array(table.lines.dropFirst())
    }

    private static func bar(_ eighths: Int) -> String {
        let rest = [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        let bar = String(repeating: "█", count: eighths / 8) + (eighths % 8 > 0 ? rest[eighths % 8] : "")
        return bar + String(repeating: " ", count: barWidth - bar.count)
    }

    /// The lowest step of at least `seconds`.
    private static func step(above seconds: Double) -> Double {
        var end = 1e-6
        while end < seconds { end = step(after: end) }
        return end
    }

    /// The step that follows `end`, which is one.
    private static func step(after end: Double) -> Double {
        // In whole nanoseconds, so that equal steps are equal however they were reached.
        let nanoseconds = UInt64((end * 1e9).rounded())
        var power: UInt64 = 1
        while power * 10 <= nanoseconds { power *= 10 }
        let next = nanoseconds / power == 1 ? 2 * power : nanoseconds / power == 2 ? 5 * power : 10 * power
        return Double(next) / 1e9
    }
}
