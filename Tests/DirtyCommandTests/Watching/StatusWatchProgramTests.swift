import DirtyWire
import Foundation
import Glibc
import TestSupport
import Testing

/// `dirty status --watch` at a terminal and elsewhere, against a host that a script plays.
@Suite("dirty status --watch")
struct StatusWatchProgramTests {
    /// The host whose status a test watches: each answer counts one call more, and is the last on its connection.
    private func host(in folder: TemporaryFolder) throws -> ScriptedHost {
        try ScriptedHost(in: folder) { connection in
            let message = try connection.message()
            try connection.send(
                #"{"type":"response","id":\#(message["id"] ?? .null),"result":{"state":"ready","ready":true,"pid":7,"#
                    + #""apps":[{"name":"search","counts":{"answered":\#(message["id"] ?? .null)}}],"workers":[]}}"#
            )
        }
    }

    /// Lets `body` watch a host at a terminal, once the table is there.
    private func watch(_ body: (Program, TestTerminal, ScriptedHost) throws -> Void) throws {
        let folder = try TemporaryFolder()
        let host = try host(in: folder)
        let terminal = try TestTerminal(width: 90, height: 12)
        #expect(terminal.isCooked)
        let program = try Program(
            Products.path("dirty"),
            ["status", "--watch", "--interval", "0.1"],
            on: terminal,
            environment: ["DIRTY_SOCKET": host.socketPath, "TERM": "xterm", "NO_COLOR": "1"]
        )
        defer { program.signal(SIGKILL) }
        try program.output.wait(for: "[n name]")
        #expect(!terminal.isCooked)
        try body(program, terminal, host)
    }

    /// Checks that a program that has ended has left its terminal as it found it.
    private func checkRestored(_ program: Program, _ terminal: TestTerminal) throws {
        #expect(terminal.isCooked)
        #expect(try program.output.whole().hasSuffix("\u{1B}[?25h\u{1B}[?1049l"))
    }

    @Test("q leaves it with exit code 0, and the terminal is as it was")
    func quit() throws {
        try watch { program, terminal, _ in
            try terminal.type("q")
            #expect(try program.wait() == .exited(0))
            try checkRestored(program, terminal)
        }
    }

    @Test("Ctrl-C leaves it as q does")
    func interrupt() throws {
        try watch { program, terminal, _ in
            try terminal.type("\u{3}")
            #expect(try program.wait() == .exited(0))
            try checkRestored(program, terminal)
        }
    }

    @Test("whichever signal ends it, the terminal is as it was", arguments: [SIGTERM, SIGHUP, SIGQUIT])
    func signals(signal: Int32) throws {
        try watch { program, terminal, _ in
            program.signal(signal)
            #expect(try program.wait() == .exited(128 + signal))
            try checkRestored(program, terminal)
        }
    }

    @Test("a key sorts, and the rates come up to date by themselves")
    func sorting() throws {
        try watch { program, terminal, _ in
            try terminal.type("r")
            try program.output.wait(for: "[r rate]", count: 3)
            #expect(program.output.text.contains("search"))
            // An arrow is no key of ours.
            try terminal.type("\u{1B}[A")
            try terminal.type("l")
            try program.output.wait(for: "[l latency]")
            try terminal.type("q")
            #expect(try program.wait() == .exited(0))
        }
    }

    @Test("a window of another size is filled anew at once")
    func resizing() throws {
        try watch { program, terminal, _ in
            try terminal.resize(width: 30, height: 6)
            try program.output.wait(for: "q quit   sort by: [n name]  r…\u{1B}")
            try terminal.type("q")
            #expect(try program.wait() == .exited(0))
        }
    }

    @Test("Ctrl-Z gives the terminal back, and coming back takes it again")
    func suspending() throws {
        try watch { program, terminal, _ in
            try terminal.type("\u{1A}")
            try program.output.wait(for: "\u{1B}[?1049l")
            #expect(ProcessTable.isStopped(program.pid, within: 10))
            #expect(terminal.isCooked)
            program.signal(SIGCONT)
            try program.output.wait(for: "\u{1B}[?1049h", count: 2)
            #expect(!terminal.isCooked)
            try terminal.type("q")
            #expect(try program.wait() == .exited(0))
            try checkRestored(program, terminal)
        }
    }

    @Test("a host that goes away is told, and waited for")
    func lostHost() throws {
        try watch { program, terminal, host in
            host.stop()
            try program.output.wait(for: "trying again")
            try terminal.type("q")
            #expect(try program.wait() == .exited(0))
            try checkRestored(program, terminal)
        }
    }

    @Test("without a terminal it prints a report every so often", arguments: [false, true])
    func plain(json: Bool) throws {
        let folder = try TemporaryFolder()
        let host = try host(in: folder)
        let program = try Program(
            Products.path("dirty"),
            ["status", "--watch", "--interval", "0.1"] + (json ? ["--json"] : []),
            environment: ["DIRTY_SOCKET": host.socketPath, "TERM": "xterm"]
        )
        try program.output.wait(for: json ? "\"name\":\"search\"" : "search", count: 3)
        #expect(!program.output.text.contains("\u{1B}"))
        program.signal(SIGTERM)
        #expect(try program.wait() == .signalled(SIGTERM))
    }

    @Test("it ends when nobody reads it any more, even where that is no signal", arguments: ["", "trap '' PIPE; "])
    func closedOutput(trap: String) throws {
        let folder = try TemporaryFolder()
        let host = try host(in: folder)
        let outcome = try Program.run(
            "/bin/sh",
            ["-c", trap + "$DIRTY status --watch --json --interval 0.1 | head -n 1"],
            environment: ["DIRTY": try Products.path("dirty"), "DIRTY_SOCKET": host.socketPath]
        )
        #expect(outcome.status == .exited(0))
        #expect(outcome.output.split(separator: "\n").count == 1)
    }

    @Test("a terminal that can't place text gets plain reports")
    func dumbTerminal() throws {
        let folder = try TemporaryFolder()
        let host = try host(in: folder)
        let terminal = try TestTerminal()
        let program = try Program(
            Products.path("dirty"),
            ["status", "--watch", "--interval", "0.1"],
            on: terminal,
            environment: ["DIRTY_SOCKET": host.socketPath, "TERM": "dumb"]
        )
        try program.output.wait(for: "search", count: 2)
        #expect(terminal.isCooked)
        try terminal.type("\u{3}")
        #expect(try program.wait() == .signalled(SIGINT))
        #expect(!program.output.text.contains("\u{1B}"))
    }

    @Test("an interval that nobody can wait for, or none, is refused")
    func interval() throws {
        for interval in ["0", "1e9", "nan"] {
            let message = try refusal("status", "--watch", "--interval", interval)
            #expect(message.contains("is not a number of seconds from 0.1 up"))
        }
    }
}
