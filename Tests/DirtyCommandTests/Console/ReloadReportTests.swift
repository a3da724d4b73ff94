import DirtyWire
import Testing

@testable import DirtyCommand

@Suite("Reloads as people read them")
struct ReloadReportTests {
    @Test(
        "the last reload is told on a line",
        arguments: [
            ([:], []),
            (["active": false, "last": .null], []),
            (["active": true, "last": .null], ["generation 2, reloading"]),
            (["last": ["outcome": "completed", "seconds": 0.5]], ["generation 2, the last reload took 500 ms"]),
            (["last": ["outcome": "refused", "cause": "no"]], ["generation 2, the last reload was refused: no"]),
            (
                ["last": ["outcome": "rolled_back", "cause": "no"]],
                ["generation 2, the last reload was rolled back: no"]
            ),
            (
                ["last": ["outcome": "completed", "skipped": [["cause": "a: is text"], ["cause": "b: is empty"]]]],
                ["generation 2, the last reload left something out: a: is text; b: is empty"]
            ),
        ] as [(JSONValue, [String])]
    )
    func status(_ reload: JSONValue, _ lines: [String]) {
        #expect(ReloadReport(["generation": 2, "reload": reload]).lines == lines)
    }

    @Test(
        "each step of one is a line",
        arguments: [
            (["event": "preparing", "generation": 3], "generation 3: reading plugins and configuration"),
            (["event": "waiting", "for": "another"], "waiting for another"),
            (
                ["event": "spawning", "slot": 1, "worker": 7, "done": 0, "total": 2], "[0/2] slot 1: worker 7 starts"
            ),
            (["event": "done", "slot": 1, "worker": 7, "done": 1, "total": 2], "[1/2] slot 1: done"),
            (["event": "new", "slot": 1, "done": 1, "total": 2], "[1/2] slot 1: new"),
            (
                ["event": "finished", "result": ["outcome": "completed", "generation": 3, "seconds": 1]],
                "generation 3 serves, after 1.0 s"
            ),
            (
                ["event": "finished", "result": ["outcome": "unchanged", "generation": 2, "seconds": 1]],
                "nothing to do; generation 2 serves"
            ),
        ] as [(JSONValue, String)]
    )
    func steps(_ step: JSONValue, _ line: String) {
        #expect(ReloadStep(step).line == line)
    }
}
