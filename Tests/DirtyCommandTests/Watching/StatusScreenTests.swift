import DirtyWire
import Testing

@testable import DirtyCommand

@Suite("The live table")
struct StatusScreenTests {
    private func screen(
        apps: Int = 2,
        workers: Int = 2,
        order: StatusOrder = .name,
        trouble: String? = nil
    ) -> StatusScreen {
        let status: JSONValue = [
            "version": "0.1.0", "pid": 42, "uptime": 3, "state": "ready", "ready": true, "socket": "/run/dirty.sock",
            "connections": 1, "memory": ["budget": 1_073_741_824, "used": 2048],
            "apps": .array((0..<apps).map(app)), "workers": .array((0..<workers).map(worker)),
        ]
        return StatusScreen(status: status, rates: StatusRates(), order: order, trouble: trouble, style: .plain)
    }

    private func app(_ number: Int) -> JSONValue {
        [
            "name": .string("app\(number)"), "workers": 2, "workers_ready": 1, "backlog": JSONValue(number),
            "running": 1,
            "crash_looping": .null,
            "counts": ["answered": 10, "app_errors": JSONValue(5 - number), "timed_out": 0, "died": 0],
            "latency": ["p50": 0.001, "p99": .double(Double(number) / 100)],
        ]
    }

    private func worker(_ number: Int) -> JSONValue {
        [
            "slot": JSONValue(number), "id": JSONValue(number + 1), "pid": JSONValue(100 + number), "state": "ready",
            "generation": 0, "lanes": 2, "lanes_busy": 1, "calls_served": 7, "restarts": 0,
            "memory": ["rss": JSONValue((number + 1) << 20)], "apps": ["app0"],
        ]
    }

    @Test("it shows the host, its apps and its workers, and the keys")
    func picture() {
        #expect(
            screen().lines(width: 120, height: 12)
                == [
                    "dirty-host 0.1.0, pid 42, ready, up 3.0 s, connections 1, /run/dirty.sock",
                    "- calls/s, 1 waiting, 2 running, workers hold 3.0 MiB, calls hold 2.0 KiB of 1.0 GiB",
                    "",
                    "APP   CALLS/S  WAITING  RUNNING     P50     P99  ANSWERED  FAILED  TIMED OUT  DIED  WORKERS  STATE",
                    "app0        -        0        1  1.0 ms  0.0 µs        10       5          0     0      1/2",
                    "app1        -        1        1  1.0 ms   10 ms        10       4          0     0      1/2",
                    "",
                    "SLOT  PID  STATE  CALLS/S  BUSY   MEMORY  CALLS  RESTARTS  GENERATION  APPS",
                    "   0  100  ready        -   1/2  1.0 MiB      7         0           0  app0",
                    "   1  101  ready        -   1/2  2.0 MiB      7         0           0  app0",
                    "",
                    "q quit   sort by: [n name]  r rate  b backlog  l latency  m memory  f failures",
                ]
        )
    }

    @Test(
        "it fits every terminal, however small",
        arguments: [1, 5, 20, 40, 60, 79, 120, 200],
        [1, 2, 5, 8, 13, 24, 60]
    )
    func fits(width: Int, height: Int) {
        for (apps, workers) in [(0, 0), (1, 1), (30, 3), (3, 30), (40, 40)] {
            let lines = screen(apps: apps, workers: workers).lines(width: width, height: height)
            #expect(lines.count == height)
            #expect(lines.allSatisfy { $0.count <= width })
        }
    }

    @Test("rows that don't fit are counted")
    func hidden() {
        let lines = screen(apps: 10, workers: 10).lines(width: 80, height: 16)
        #expect(lines.filter { $0.hasPrefix("… ") } == ["… 6 more", "… 7 more"])
    }

    @Test("two tables share the room, and neither leaves any that the other could use")
    func share() {
        #expect(StatusScreen.share(10, 3, 4) == (3, 4))
        #expect(StatusScreen.share(10, 20, 20) == (5, 5))
        #expect(StatusScreen.share(10, 20, 2) == (8, 2))
        #expect(StatusScreen.share(10, 2, 20) == (2, 8))
        #expect(StatusScreen.share(0, 2, 2) == (0, 0))
    }

    @Test("columns that matter less go first")
    func columns() {
        let heading = screen().lines(width: 45, height: 12)[3]
        #expect(heading == "APP   CALLS/S  WAITING  RUNNING     P99")
    }

    @Test(
        "rows are ordered by what was chosen",
        arguments: [(StatusOrder.backlog, "app1"), (.failures, "app0"), (.latency, "app1")]
    )
    func apps(order: StatusOrder, first: String) {
        #expect(screen(order: order).lines(width: 120, height: 12)[4].hasPrefix(first))
    }

    @Test("workers are ordered by slot, or by memory")
    func workers() {
        #expect(screen(order: .memory).lines(width: 120, height: 12)[8].hasPrefix("   1  101"))
        #expect(screen(order: .latency).lines(width: 120, height: 12)[8].hasPrefix("   0  100"))
    }

    @Test("a host that doesn't answer is told in place of what it does")
    func trouble() {
        #expect(screen(trouble: "no host answers").lines(width: 80, height: 12)[1] == "no host answers")
    }
}
