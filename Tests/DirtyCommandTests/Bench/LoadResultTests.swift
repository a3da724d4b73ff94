import DirtyClient
import DirtyWire
import Testing

@testable import DirtyCommand

@Suite("What a load showed")
struct LoadResultTests {
    private func result(_ buckets: (Double, UInt64)...) -> LoadResult {
        var result = LoadResult()
        result.buckets = buckets.map { LoadResult.Bucket(seconds: $0, count: $1) }
        result.answered = buckets.reduce(0) { $0 + $1.1 }
        result.shortest = buckets.first?.0 ?? 0
        result.longest = buckets.last?.0 ?? 0
        result.sum = buckets.reduce(0) { $0 + $1.0 * Double($1.1) }
        result.seconds = 2
        return result
    }

    @Test("a quantile is the latency that its share of the calls did not exceed")
    func quantiles() {
        let result = result((0.001, 50), (0.002, 49), (0.1, 1))
        #expect(result.quantile(0) == 0.001)
        #expect(result.quantile(0.49) == 0.001)
        #expect(result.quantile(0.9) == 0.002)
        #expect(result.quantile(1) == 0.1)
        #expect(LoadResult().quantile(0.5) == 0)
        #expect(result.rate == 50)
    }

    @Test("the histogram's steps are 1, 2 and 5, without gaps")
    func bars() {
        let rows = LatencyBars(result((0.000_09, 3), (0.000_1, 4), (0.000_11, 5), (0.001_9, 6))).rows
        #expect(
            rows == [
                .init(seconds: 0.000_1, count: 7), .init(seconds: 0.000_2, count: 5), .init(seconds: 0.000_5, count: 0),
                .init(seconds: 0.001, count: 0), .init(seconds: 0.002, count: 6),
            ]
        )
        #expect(LatencyBars(LoadResult()).rows.isEmpty)
        #expect(LatencyBars(LoadResult()).lines.isEmpty)
    }

    @Test("a row says its end, how much it has, and of all")
    func lines() {
        #expect(
            LatencyBars(result((0.000_1, 3), (0.000_2, 1))).lines == [
                "≤ 100 µs  ████████████████████████████████████████  3  75 %",
                "≤ 200 µs  █████████████▍                            1  25 %",
            ]
        )
    }

    @Test("the report has rate, failures and latencies, for people and for machines")
    func report() {
        var failing = result((0.001, 99), (0.01, 1))
        failing.answered = 98
        failing.failed = 2
        failing.firstError =
            #"{"type":"error","id":1,"error":{"error_type":"DirtyAppError","message":"no","details":{}}}"#
        let load = Load(
            socketPath: "/s",
            call: .init("search", "query", argumentsJSON: [], keywordsJSON: []),
            connections: 4,
            depth: 2
        )
        let report = BenchReport(load: load, result: failing)
        #expect(report.text.hasPrefix("100 calls of search.query in 2.0 s, 4 connections, 2 in flight on each\n"))
        #expect(report.text.contains("50 calls/s, 98 answered, 2 failed\n"))
        #expect(report.text.contains("first error: DirtyAppError: no\n"))
        #expect(report.text.contains("p99 1.0 ms"))
        #expect(report.json["calls_per_second"] == 50.0)
        #expect(report.json["first_error"] == "DirtyAppError: no")
        #expect(report.json["latency"]?["p99.9"] == 0.001)
        #expect(report.json["histogram"]?.arrayValue?.first == ["up_to": 0.001, "calls": 99])
        var cut = failing
        cut.firstError = #"{"type":"error","id":1,"err"#
        #expect(BenchReport(load: load, result: cut).json["first_error"] == .string(cut.firstError))
    }

    @Test("progress is told by calls or by time, whichever is further")
    func progress() {
        var load = Load(socketPath: "/s", call: .init("a", "b", argumentsJSON: [], keywordsJSON: []))
        load.requests = 200
        #expect(BenchProgress(load).text(50, after: .seconds(2)) == "25 %  50 calls  25 calls/s")
        load.duration = .seconds(4)
        #expect(BenchProgress(load).text(50, after: .seconds(2)) == "50 %  50 calls  25 calls/s")
    }
}
