import DirtyWire
import TestSupport
import Testing

@testable import DirtyCommand

/// Completion as a shell asks for it, against a host that a script plays.
@Suite("Shell completion")
struct CompletionProgramTests {
    private static let description = #"""
        {"apps":[{"name":"search","actions":[{"name":"query","parameters":[{"name":"text"},{"name":"limit"}]},
        {"name":"index"}]}]}
        """#

    /// A host that describes itself, and one that takes the question and never answers.
    private func host(in folder: TemporaryFolder, answers: Bool = true) throws -> ScriptedHost {
        try ScriptedHost(in: folder) { connection in
            let message = try connection.message()
            guard answers else { return connection.waitForEnd() }
            let text = Self.description.split(separator: "\n").joined()
            try connection.send(#"{"type":"response","id":\#(message["id"] ?? .null),"result":\#(text)}"#)
        }
    }

    /// What bash completes at the end of a line whose words are these.
    private func bash(_ words: String..., socket: String) throws -> [String] {
        let script = """
            eval "$($DIRTY completion bash)"
            COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
            _dirty dirty "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        // The script calls the command by the first of the words.
        let path = try Products.path("dirty")
        let outcome = try Program.run(
            "bash",
            ["-c", script, "bash", path] + words,
            environment: ["DIRTY": path, "DIRTY_SOCKET": socket]
        )
        #expect(outcome.errors.isEmpty)
        return outcome.output.split(separator: "\n").map(String.init)
    }

    @Test("apps, actions and names of parameters are those of the running host")
    func candidates() throws {
        let folder = try TemporaryFolder()
        let host = try host(in: folder)
        #expect(try bash("call", "", socket: host.socketPath) == ["search"])
        #expect(try bash("call", "search", "", socket: host.socketPath) == ["query", "index"])
        #expect(try bash("call", "search", "in", socket: host.socketPath) == ["index"])
        #expect(try bash("bench", "search", "q", socket: host.socketPath) == ["query"])
        #expect(try bash("describe", "s", socket: host.socketPath) == ["search"])
        #expect(try bash("call", "search", "query", "--kw", "", socket: host.socketPath) == ["text=", "limit="])
        #expect(host.log.messages.contains { $0["type"] == "describe" && $0["app_path"] == "search" })
    }

    @Test("without a host, or with one that doesn't answer, there is nothing to complete, and nobody waits long")
    func noHost() throws {
        let folder = try TemporaryFolder()
        #expect(try bash("call", "", socket: folder.path + "/none") == [])
        let host = try host(in: folder, answers: false)
        let start = ContinuousClock.now
        #expect(HostCompletion.apps(["dirty", "call", "", "--socket", host.socketPath], 2, "") == [])
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test("every shell gets a script that it can read", arguments: ["bash", "zsh", "fish"])
    func scripts(shell: String) throws {
        let folder = try TemporaryFolder()
        let script = try Program.run(Products.path("dirty"), ["completion", shell])
        #expect(script.status == .exited(0))
        #expect(script.output.contains("call"))
        guard try Program.run("/bin/sh", ["-c", "command -v \(shell)"]).status == .exited(0) else { return }
        try folder.write(script.output, to: "script")
        #expect(try Program.run(shell, ["-n", folder.path + "/script"]).status == .exited(0))
    }

    @Test("another shell is refused, with those there are")
    func unknownShell() throws {
        #expect(try refusal("completion", "csh").contains("'bash'"))
    }
}
