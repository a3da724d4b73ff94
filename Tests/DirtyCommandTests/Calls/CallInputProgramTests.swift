import DirtyWire
import TestSupport
import Testing

/// `dirty call` as people and scripts feed and read it, against a host that a script plays.
@Suite("What goes into dirty call, and how it comes out")
struct CallInputProgramTests {
    /// A host that answers with the arguments, fails for the action `fail`, and streams for `stream`.
    private func host(in folder: TemporaryFolder) throws -> ScriptedHost {
        try ScriptedHost(in: folder) { connection in
            let message = try connection.message()
            switch message["action"] {
            case "fail":
                try connection.send(
                    #"{"type":"error","id":1,"error":{"error_type":"DirtyAppError","message":"no\u001b[2J","#
                        + #""details":{"error_type":"DirtyAppError","executed":"yes","code":"x"}}}"#
                )
            case "stream":
                try connection.send(#"{"type":"chunk","id":1,"data":{"a": 1}}"#)
                try connection.send(#"{"type":"end","id":1}"#)
            default:
                try connection.send(#"{"type":"response","id":1,"result":\#(message["args"] ?? .null)}"#)
            }
        }
    }

    private func shell(_ host: ScriptedHost, _ line: String) throws -> Outcome {
        try Program.run(
            "/bin/sh",
            ["-c", line],
            environment: ["DIRTY": try Products.path("dirty"), "DIRTY_SOCKET": host.socketPath]
        )
    }

    @Test("arguments come from standard input and from files")
    func arguments() throws {
        let folder = try TemporaryFolder()
        let host = try host(in: folder)
        try folder.write("{\"from\": \"file\"}", to: "a.json")
        let outcome = try shell(host, "echo text | $DIRTY call app act 1 - @\(folder.path)/a.json --kw k=2")
        #expect(outcome.errors.isEmpty)
        #expect(outcome.output == "[1,\"text\",{\"from\":\"file\"}]\n")
    }

    @Test("for machines every line is a reply of the protocol, errors too")
    func machines() throws {
        let folder = try TemporaryFolder()
        let host = try host(in: folder)
        #expect(try shell(host, "$DIRTY call app act 1 --json").output == "{\"type\":\"response\",\"result\":[1]}\n")
        #expect(
            try shell(host, "$DIRTY call app stream --stream --json").output
                == "{\"type\":\"chunk\",\"data\":{\"a\":1}}\n{\"type\":\"end\"}\n"
        )
        let failed = try shell(host, "$DIRTY call app fail --json")
        #expect(failed.status == .exited(1))
        #expect(failed.errors.isEmpty)
        let reply = try JSONValue(parsing: failed.output)
        #expect(reply["type"] == "error")
        #expect(reply["error"]?["error_type"] == "DirtyAppError")
        #expect(reply["error"]?["details"] == ["code": "x", "error_type": "DirtyAppError", "executed": "yes"])
        host.stop()
        let gone = try shell(host, "$DIRTY call app act --json")
        #expect(gone.status == .exited(69))
        #expect(try JSONValue(parsing: gone.output)["error"]?["error_type"] == "DirtyConnectionError")
    }

    @Test("errors are coloured on a terminal only, and not with NO_COLOR")
    func colours() throws {
        let folder = try TemporaryFolder()
        let host = try host(in: folder)
        #expect(try shell(host, "$DIRTY call app fail").errors == "DirtyAppError: no?[2J\nexecuted: yes\ncode: x\n")
        for (variables, isColoured) in [([:], true), (["NO_COLOR": "1"], false), (["TERM": "dumb"], false)] {
            let program = try Program(
                Products.path("dirty"),
                ["call", "app", "fail"],
                on: TestTerminal(),
                environment: ["DIRTY_SOCKET": host.socketPath, "TERM": "xterm", "NO_COLOR": ""].merging(variables) {
                    $1
                }
            )
            #expect(try program.wait() == .exited(1))
            let text = try program.output.whole()
            #expect(text.contains("\u{1B}[1;31mDirtyAppError\u{1B}[0m: no?[2J") == isColoured)
            #expect(text.contains("\u{1B}") == isColoured)
        }
    }

    @Test("Ctrl-C while it reads standard input ends it at once")
    func interruptedInput() throws {
        let folder = try TemporaryFolder()
        let host = try host(in: folder)
        let terminal = try TestTerminal()
        let program = try Program(
            Products.path("dirty"),
            ["call", "app", "act", "-"],
            on: terminal,
            environment: ["DIRTY_SOCKET": host.socketPath]
        )
        try terminal.type("half a li\n")
        try program.output.wait(for: "half a li")
        try terminal.type("\u{3}")
        #expect(try program.wait() == .signalled(2))
        #expect(host.log.messages.isEmpty)
    }
}
