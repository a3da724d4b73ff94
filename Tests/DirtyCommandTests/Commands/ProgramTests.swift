import TestSupport
import Testing

@testable import DirtyCommand

/// The built `dirty`, as a user runs it.
@Suite("The program dirty")
struct ProgramTests {
    private func dirty(
        _ arguments: String...,
        environment: [String: String] = [:],
        folder: String = "/"
    ) throws -> Outcome {
        try Program.run(Products.path("dirty"), arguments, environment: environment, folder: folder)
    }

    @Test("--version and --help are answered on stdout, with exit code 0")
    func help() throws {
        let version = try dirty("--version")
        #expect(version.status == .exited(0))
        #expect(version.output == "0.1.0\n")
        for command in [
            "serve", "call", "status", "describe", "bench", "inspect", "check", "ffi", "new", "sdk", "completion",
            "man",
        ] {
            let help = try dirty(command, "--help")
            #expect(help.status == .exited(0))
            #expect(help.output.contains("EXAMPLES"), "\(command)")
            #expect(help.errors.isEmpty)
        }
    }

    @Test(
        "wrong use has exit code 2, and is told on stderr",
        arguments: [
            ["frobnicate"], ["call", "app"], ["status", "--wait", "x"], ["serve", "--dirty-workers"], ["inspect"],
        ]
    )
    func wrongUse(arguments: [String]) throws {
        let outcome = try Program.run(Products.path("dirty"), arguments)
        #expect(outcome.status == .exited(2))
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix("Error: "))
        #expect(outcome.errors.contains("Usage: dirty"))
    }

    @Test("a host that isn't there has exit code 69, and every path is told")
    func noHost() throws {
        let folder = try TemporaryFolder()
        let outcome = try dirty(
            "call",
            "Echo",
            "echo",
            environment: ["RUNTIME_DIRECTORY": folder.path + "/a", "XDG_RUNTIME_DIR": folder.path + "/b"]
        )
        #expect(outcome.status == .exited(69))
        #expect(outcome.errors.contains("  \(folder.path)/a/dirty.sock: no such socket\n"))
        #expect(outcome.errors.contains("  \(folder.path)/b/dirty/dirty.sock: no such socket\n"))
        #expect(outcome.errors.contains("  /tmp/dirty-"))
        let named = try dirty("status", "--socket", folder.path + "/s")
        #expect(named.status == .exited(69))
        #expect(named.errors.hasPrefix("no host answers; tried:\n  \(folder.path)/s: no such socket\n"))
        let set = try dirty("status", environment: ["DIRTY_SOCKET": folder.path + "/t"])
        #expect(set.errors.hasPrefix("no host answers; tried:\n  \(folder.path)/t: no such socket\n"))
    }

    @Test("check tells every mistake with its line, and has exit code 2 for them")
    func check() throws {
        let folder = try Folder()
        try folder.write("dirty_workers: 2\ndirty_wrokers: 3\ndirty_timeout: soon\n", to: "dirty.yaml")
        let wrong = try dirty("check", folder: folder.path)
        #expect(wrong.status == .exited(2))
        #expect(
            wrong.errors == """
                dirty.yaml:2: 'dirty_wrokers' is not a setting; did you mean 'dirty_workers'?
                dirty.yaml:3: dirty_timeout: 'soon' is not a number of seconds from 0 up

                """
        )
        try folder.write("", to: "libX.so")
        try folder.write("dirty_workers: 2\ndirty_apps:\n  - libX.so\n  - y=libX.so:1\n", to: "other.yaml")
        let right = try dirty("check", "--config", "other.yaml", folder: folder.path)
        #expect(right.status == .exited(0))
        #expect(right.output == "other.yaml: no mistakes; 2 apps\n  X: libX.so, 2 workers\n  y: libX.so, 1 worker\n")
        let none = try dirty("check", folder: "/")
        #expect(none.output == "no file (there is no dirty.yaml here): no mistakes; 0 apps\n")
    }

    @Test("serve refuses a wrong configuration with exit code 2, all mistakes at once")
    func serveMistakes() throws {
        let outcome = try dirty("serve", "/none/libX.so", "--dirty-workers", "x", environment: ["DIRTY_THREADS": "0"])
        #expect(outcome.status == .exited(2))
        #expect(
            outcome.errors == """
                DIRTY_THREADS: '0' is not a whole number from 1 to 250
                --dirty-workers: 'x' is not a whole number from 0 to 4096
                APP: the plugin /none/libX.so can't be used: No such file or directory

                """
        )
    }
}
