import DirtyWire
import Testing

@testable import DirtyCommand

@Suite("The status as people read it")
struct StatusReportTests {
    @Test("workers and apps stand in columns")
    func report() {
        let status: JSONValue = [
            "version": "0.1.0", "pid": 42, "uptime": 75.5, "state": "serving", "ready": true,
            "socket": "/run/dirty.sock",
            "connections": 3, "generation": 0,
            "workers": [
                [
                    "id": 1, "slot": 0, "pid": 100, "state": "ready", "generation": 0, "apps": ["Echo", "Counter"],
                    "lanes": 2,
                    "lanes_busy": 1, "calls_served": 1234, "restarts": 0, "memory": ["rss": 24_117_248],
                ],
                [
                    "id": 2, "slot": 1, "pid": .null, "state": "starting", "generation": 0, "apps": [], "lanes": 2,
                    "lanes_busy": 0,
                ],
            ],
            "apps": [
                [
                    "name": "Echo", "path": "libEcho.so", "workers": 2, "backlog": 5, "running": 1,
                    "crash_looping": .null,
                    "counts": [
                        "answered": 10, "app_errors": 1, "timed_out": 2, "died": 3, "cancelled": 4, "overloaded": 5,
                        "no_workers": 6,
                    ],
                    "latency": ["p50": 0.000_05, "p99": 1.25],
                ],
                ["name": "Bad", "path": "libBad.so", "crash_looping": "open said no"],
            ],
        ]
        #expect(
            StatusReport(status).text == """
                dirty-host 0.1.0, pid 42, serving, up 1 min 15 s, connections 3, /run/dirty.sock

                WORKER  SLOT  PID  STATE     GENERATION  BUSY  CALLS  RESTARTS  MEMORY  APPS
                     1     0  100  ready              0   1/2   1234         0  23 MiB  Echo,Counter
                     2     1    -  starting           0   0/2      -         -       -

                APP   WORKERS  WAITING  RUNNING  ANSWERED  FAILED  TIMED OUT  DIED  REFUSED    P50    P99  PATH
                Echo        2        5        1        10       1          2     3       11  50 µs  1.3 s  libEcho.so
                Bad         -        -        -         -       -          -     -        0      -      -  libBad.so  crash-looping: open said no
                """
        )
    }

    @Test(
        "durations are told in the unit that suits them",
        arguments: [
            (0.0000004, "0.4 µs"), (0.0012, "1.2 ms"), (0.5, "500 ms"), (9.96, "10 s"), (59.0, "59 s"),
            (3725, "1 h 2 min"),
            (90061, "1 d 1 h"),
        ]
    )
    func durations(seconds: Double, text: String) {
        #expect(StatusReport.duration(.double(seconds)) == text)
    }

    @Test(
        "sizes are told in the unit that suits them",
        arguments: [(512, "512 B"), (1536, "1.5 KiB"), (3 << 30, "3.0 GiB")]
    )
    func sizes(bytes: Int, text: String) {
        #expect(StatusReport.bytes(JSONValue(bytes)) == text)
    }
}
