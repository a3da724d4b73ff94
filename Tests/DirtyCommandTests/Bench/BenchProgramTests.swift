import DirtyWire
import Glibc
import TestSupport
import Testing

@testable import DirtyCommand

/// `dirty bench` against a host that a script plays.
@Suite("dirty bench")
struct BenchProgramTests {
    /// A host that answers hello, and every request with a chunk of its arguments and an end, or with an error.
    private func host(in folder: TemporaryFolder, fails: Bool = false) throws -> ScriptedHost {
        try ScriptedHost(in: folder) { connection in
            while true {
                let message = try connection.message()
                let id = message["id"] ?? .null
                if message["type"] == "hello" {
                    try connection.send(
                        #"{"type":"response","id":\#(id),"result":{"text":"\#(String(repeating: "x", count: 9000))"}}"#
                    )
                } else if fails {
                    try connection.send(
                        #"{"type":"error","id":\#(id),"error":{"error_type":"DirtyAppError","message":"no"}}"#
                    )
                } else {
                    for size in (message["attachments"]?.arrayValue ?? []).compactMap(\.intValue) {
                        _ = try connection.bytes(size)
                    }
                    try connection.send(#"{"type":"chunk","id":\#(id),"data":\#(message["args"] ?? .null)}"#)
                    try connection.send(#"{"type":"end","id":\#(id)}"#)
                }
            }
        }
    }

    private func bench(_ host: ScriptedHost, _ arguments: String...) throws -> Outcome {
        try Program.run(Products.path("dirty"), ["bench"] + arguments, environment: ["DIRTY_SOCKET": host.socketPath])
    }

    @Test("every connection says hello and then makes its share of the calls, as they were asked for")
    func calls() throws {
        let folder = try TemporaryFolder()
        let host = try host(in: folder)
        try folder.write("abc", to: "file")
        let outcome = try bench(
            host,
            "app",
            "act",
            "fox",
            "5",
            "--kw",
            "k=1",
            "--attach",
            folder.path + "/file",
            "--requests",
            "50",
            "--connections",
            "2",
            "--depth",
            "3",
            "--warmup",
            "5",
            "--json"
        )
        #expect(outcome.status == .exited(0))
        #expect(outcome.errors.isEmpty)
        let report = try JSONValue(parsing: outcome.output)
        #expect(report["answered"] == 50)
        #expect(report["chunks"] == 50)
        #expect(report["failed"] == 0)
        let calls = host.log.messages.filter { $0["type"] == "request" }
        #expect(calls.count == 55)
        #expect(host.log.messages.filter { $0["type"] == "hello" }.count == 2)
        #expect(calls.allSatisfy { $0["args"] == ["fox", 5, ["$attachment": 0]] && $0["kwargs"] == ["k": 1] })
        #expect(Set(calls.map { $0["id"] }).count <= 3)
    }

    @Test("the report for people has a histogram; without a terminal there is no progress")
    func text() throws {
        let folder = try TemporaryFolder()
        let outcome = try bench(try host(in: folder), "app", "act", "--requests", "20")
        #expect(outcome.output.hasPrefix("20 calls of app.act in "))
        #expect(outcome.output.contains("latency  min "))
        #expect(outcome.output.contains("█"))
        #expect(outcome.errors.isEmpty)
    }

    @Test("calls that fail are counted, the first is told, and the exit code is 1")
    func failures() throws {
        let folder = try TemporaryFolder()
        let outcome = try bench(try host(in: folder, fails: true), "app", "act", "--requests", "7")
        #expect(outcome.status == .exited(1))
        #expect(outcome.output.contains("0 answered, 7 failed"))
        #expect(outcome.output.contains("first error: DirtyAppError: no"))
    }

    @Test("a host that isn't there, or goes away, is told")
    func noHost() throws {
        let folder = try TemporaryFolder()
        let host = try ScriptedHost(in: folder) { connection in
            let message = try connection.message()
            try connection.send(#"{"type":"response","id":\#(message["id"] ?? .null),"result":null}"#)
            _ = try connection.message()
        }
        let lost = try bench(host, "app", "act")
        #expect(lost.status == .exited(1))
        #expect(lost.errors.hasPrefix("the load ended after 0 calls: the host closed a connection"))
        host.stop()
        #expect(try bench(host, "app", "act").status == .exited(69))
    }

    @Test("on a terminal progress is shown, and Ctrl-C ends the load with a report")
    func interrupt() throws {
        let folder = try TemporaryFolder()
        let host = try host(in: folder)
        let terminal = try TestTerminal()
        let program = try Program(
            Products.path("dirty"),
            ["bench", "app", "act", "--duration", "600"],
            on: terminal,
            environment: ["DIRTY_SOCKET": host.socketPath]
        )
        try program.output.wait(for: " calls/s")
        try terminal.type("\u{3}")
        #expect(try program.wait() == .exited(0))
        #expect(try program.output.whole().contains(" calls of app.act in "))
    }

    @Test("numbers that make no sense are refused")
    func usage() throws {
        #expect(
            try refusal("bench", "a", "b", "--depth", "0").contains(
                "--depth: '0' is not a whole number from 1 to 1024."
            )
        )
        #expect(try refusal("bench", "a", "b", "--connections", "0").contains("--connections: '0'"))
        #expect(try refusal("bench", "a", "b", "--duration", "0").contains("--duration: '0.0'"))
    }
}
