import Logging
import Testing

@testable import DirtyCommand

@Suite("Log lines")
struct LogLineTests {
    private let line = LogLine(
        time: "2026-01-02T03:04:05.678Z",
        level: .warning,
        label: "dirty",
        message: "worker exited\n2026 forged",
        facts: [
            ("app", "Echo"), ("count", .stringConvertible(3)), ("text", "a \"b\"\nc"), ("none", ""),
            ("list", ["x", ["k": "v"]]),
        ]
    )

    @Test("text is one line, whatever is in it")
    func text() {
        #expect(
            line.text(.text)
                == #"2026-01-02T03:04:05.678Z WARNING  worker exited 2026 forged app=Echo count=3 text="a \"b\"\nc" none="" "#
                + #"list="[\"x\", [\"k\": \"v\"]]""#
        )
    }

    @Test("JSON keeps kinds and nesting")
    func json() {
        #expect(
            line.text(.json)
                == #"{"time":"2026-01-02T03:04:05.678Z","level":"warning","logger":"dirty","message":"worker exited\n2026 forged","#
                + #""app":"Echo","count":3,"text":"a \"b\"\nc","none":"","list":["x",{"k":"v"}]}"#
        )
    }
}
