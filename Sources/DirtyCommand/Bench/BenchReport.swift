import DirtyClient

/// What a load showed, for people and for machines.
struct BenchReport {
    let load: Load
    let result: LoadResult

    private static let shares: [(name: String, share: Double)] = [
        ("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999),
    ]

    /// The report, without a line break at its end.
    var text: String {
        let connections = load.connections == 1 ? "1 connection" : "\(load.connections) connections"
        var lines = [
            "\(result.calls) calls of \(load.call.app).\(load.call.action) in \(Quantity.duration(result.seconds)), "
                + "\(connections), \(load.depth) in flight on each",
            "\(Quantity.rate(result.rate)) calls/s, \(result.answered) answered, \(result.failed) failed"
                + (result.chunks > 0 ? ", \(result.chunks) chunks" : ""),
            "sent \(Quantity.bytes(Double(result.sentBytes))), received \(Quantity.bytes(Double(result.receivedBytes)))",
        ]
        if result.failed > 0 { lines.append("first error: \(PrintableText.line(error))") }
        guard result.calls > 0 else { return lines.joined(separator: "\n") }
        var figures = [("min", result.shortest), ("mean", result.mean)]
        figures += Self.shares.map { ($0.name, result.quantile($0.share)) } + [("max", result.longest)]
        lines += ["", "latency  " + figures.map { "\($0.0) \(Quantity.duration($0.1))" }.joined(separator: "   "), ""]
        return (lines + LatencyBars(result).lines).joined(separator: "\n")
    }

    /// The same as JSON; times are in seconds.
    var json: JSONValue {
        var latency: JSONObject = [
            "min": .double(result.shortest), "mean": .double(result.mean), "max": .double(result.longest),
        ]
        for (name, share) in Self.shares {
            latency[name] = .double(result.quantile(share))
        }
        return [
            "app": .string(load.call.app), "action": .string(load.call.action),
            "connections": JSONValue(load.connections), "depth": JSONValue(load.depth),
            "seconds": .double(result.seconds), "calls": JSONValue(result.calls),
            "calls_per_second": .double(result.rate),
            "answered": JSONValue(result.answered), "failed": JSONValue(result.failed),
            "chunks": JSONValue(result.chunks), "sent_bytes": JSONValue(result.sentBytes),
            "received_bytes": JSONValue(result.receivedBytes),
            "first_error": result.failed > 0 ? .string(error) : .null, "latency": .object(latency),
            "histogram": .array(
                LatencyBars(result).rows.map { ["up_to": .double($0.seconds), "calls": JSONValue($0.count)] }
            ),
        ]
    }

    /// The first error's type and message, or as much of its frame as there is.
    private var error: String {
        guard let error = try? JSONValue(parsing: result.firstError)["error"] else { return result.firstError }
        return "\(error["error_type"]?.stringValue ?? "?"): \(error["message"]?.stringValue ?? "?")"
    }
}
