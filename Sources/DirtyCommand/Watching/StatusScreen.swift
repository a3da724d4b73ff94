import DirtyWire

/// One picture of a host, made to fit a terminal.
struct StatusScreen {
    /// What the host said last.
    let status: JSONValue
    /// How fast its counts grow.
    let rates: StatusRates
    /// What the rows are ordered by.
    let order: StatusOrder
    /// Why there is nothing newer; nil while the host answers.
    let trouble: String?
    let style: TextStyle

    /// At most `height` lines of at most `width` characters, colours not counted.
    func lines(width: Int, height: Int) -> [String] {
        let width = max(width, 1)
        let head = [
            style.strong(PrintableText.line(StatusReport(status).summary).cut(to: width)), activity(width),
        ]
        let foot = keys(width)
        let apps = appTable.lines(fitting: width)
        let workers = workerTable.lines(fitting: width)
        // Two headings and two empty lines stand among them.
        let room = max(0, height - head.count - 1 - 4)
        let share = Self.share(room, apps.count - 1, workers.count - 1)
        let lines =
            head + [""] + shortened(apps, to: share.first, width) + [""]
            + shortened(workers, to: share.second, width)
        let filled = lines + Array(repeating: "", count: max(0, height - 1 - lines.count))
        return Array((filled.prefix(max(0, height - 1)) + [foot]).suffix(max(height, 0)))
    }

    /// How many rows of two tables are shown in `room` lines: each gets half of it, and what the other leaves.
    static func share(_ room: Int, _ first: Int, _ second: Int) -> (first: Int, second: Int) {
        if first + second <= room { return (first, second) }
        let shareOfFirst = min(first, max(room - second, room - room / 2))
        return (shareOfFirst, min(second, room - shareOfFirst))
    }

    /// A table of at most `count` rows; the last of them says how many there are besides.
    private func shortened(_ table: [String], to count: Int, _ width: Int) -> [String] {
        let heading = table.prefix(1).map(style.faint)
        let rows = table.dropFirst()
        if rows.count <= count { return heading + rows }
        guard count > 0 else { return heading }
        return heading + rows.prefix(count - 1) + [style.faint("… \(rows.count - count + 1) more".cut(to: width))]
    }

    private func activity(_ width: Int) -> String {
        if let trouble { return style.alarming(PrintableText.line(trouble).cut(to: width)) }
        let apps = status["apps"]?.arrayValue ?? []
        func sum(_ name: String) -> Int { apps.reduce(0) { $0 + ($1[name]?.intValue ?? 0) } }
        let resident = (status["workers"]?.arrayValue ?? []).compactMap { $0["memory"]?["rss"]?.doubleValue }.reduce(
            0,
            +
        )
        let memory = status["memory"]
        let parts = [
            "\(rates.total.map(Quantity.rate) ?? "-") calls/s", "\(sum("backlog")) waiting",
            "\(sum("running")) running",
            "workers hold \(Quantity.bytes(resident))",
            "calls hold \(StatusReport.bytes(memory?["used"])) of \(StatusReport.bytes(memory?["budget"]))",
        ]
        return parts.joined(separator: ", ").cut(to: width)
    }

    private func keys(_ width: Int) -> String {
        let orders = StatusOrder.allCases.map {
            $0 == order ? "[\($0.rawValue) \($0.title)]" : "\($0.rawValue) \($0.title)"
        }
        return style.faint("q quit   sort by: \(orders.joined(separator: "  "))".cut(to: width))
    }

    private var appTable: TextTable {
        var table = TextTable([
            .text("APP"), .number("CALLS/S"), .number("WAITING"), .number("RUNNING", rank: 2), .number("P50", rank: 5),
            .number("P99", rank: 1), .number("ANSWERED", rank: 6), .number("FAILED", rank: 3),
            .number("TIMED OUT", rank: 8),
            .number("DIED", rank: 7), .number("WORKERS", rank: 4), .text("STATE", rank: 9),
        ])
        for app in order.sorted(apps: status["apps"]?.arrayValue ?? [], rates: rates) {
            let counts = app["counts"]
            table.add([
                StatusReport.text(app["name"]), rates.app(app).map(Quantity.rate) ?? "-",
                StatusReport.text(app["backlog"]), StatusReport.text(app["running"]),
                StatusReport.duration(app["latency"]?["p50"]), StatusReport.duration(app["latency"]?["p99"]),
                StatusReport.text(counts?["answered"]), String(AppCounts(app).failures),
                StatusReport.text(counts?["timed_out"]), StatusReport.text(counts?["died"]),
                "\(StatusReport.text(app["workers_ready"]))/\(StatusReport.text(app["workers"]))",
                StatusReport.crashLooping(app["crash_looping"]),
            ])
        }
        return table
    }

    private var workerTable: TextTable {
        var table = TextTable([
            .number("SLOT"), .number("PID", rank: 3), .text("STATE"), .number("CALLS/S"), .number("BUSY", rank: 1),
            .number("MEMORY", rank: 2), .number("CALLS", rank: 5), .number("RESTARTS", rank: 4),
            .number("GENERATION", rank: 6), .text("APPS", rank: 7),
        ])
        for worker in order.sorted(workers: status["workers"]?.arrayValue ?? [], rates: rates) {
            table.add([
                StatusReport.text(worker["slot"]), StatusReport.text(worker["pid"]), StatusReport.text(worker["state"]),
                rates.worker(worker).map(Quantity.rate) ?? "-",
                "\(StatusReport.text(worker["lanes_busy"]))/\(StatusReport.text(worker["lanes"]))",
                StatusReport.bytes(worker["memory"]?["rss"]), StatusReport.text(worker["calls_served"]),
                StatusReport.text(worker["restarts"]), StatusReport.text(worker["generation"]),
                (worker["apps"]?.arrayValue ?? []).compactMap(\.stringValue).joined(separator: ","),
            ])
        }
        return table
    }
}
