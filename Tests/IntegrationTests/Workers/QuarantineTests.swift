import DirtyWire
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("A call that kills workers is refused")
    struct QuarantineTests {
        /// Runs a host of a plugin that dies when asked to.
        private func run(_ flags: String..., body: (Host) throws -> Void) throws {
            let folder = try TemporaryFolder()
            let plugin = try VersionedPlugin(folder.path + "/libv.so")
            try Host.run(["v=\(plugin.path)"], ["--dirty-workers", "1"] + flags, body: body)
        }

        @Test("sent five times, it kills three workers and is refused from then on; other calls are not")
        func refused() throws {
            try run { host in
                let errors = try (0..<5).map { _ in try host.failure(of: "v", "die", "x") }
                #expect(
                    errors.map(\.type) == [
                        "DirtyWorkerError", "DirtyWorkerError", "DirtyWorkerError", "DirtyQuarantinedError",
                        "DirtyQuarantinedError",
                    ]
                )
                #expect(errors[4].executed == "no")
                #expect(try host.version(of: "v") == "1")
                // The same action with other arguments is another call.
                #expect(try host.failure(of: "v", "die", "y").type == "DirtyWorkerError")
            }
        }

        @Test("it is listed with its action, and taken again when cleared or when its app is reloaded")
        func cleared() throws {
            try run("--dirty-quarantine", "1") { host in
                #expect(try host.failure(of: "v", "die").type == "DirtyWorkerError")
                #expect(try host.failure(of: "v", "die").type == "DirtyQuarantinedError")
                let list = try host.dirty("quarantine", "list")
                #expect(list.output.contains("die"))
                let json = try JSONValue(parsing: host.dirty("quarantine", "list", "--json").output)
                #expect(json["calls"]?.arrayValue?.first?["action"] == "die")
                #expect(json["calls"]?.arrayValue?.first?["deaths"] == 1)

                #expect(try host.dirty("quarantine", "clear", "--app", "none").status == .exited(1))
                #expect(try host.dirty("quarantine", "clear", "--app", "v").output == "no call is refused\n")
                #expect(try host.failure(of: "v", "die").type == "DirtyWorkerError")
                #expect(try host.failure(of: "v", "die").type == "DirtyQuarantinedError")
                try host.reload("v")
                #expect(try host.failure(of: "v", "die").type == "DirtyWorkerError")
            }
        }

        @Test("with 0 nothing is ever refused")
        func off() throws {
            try run("--dirty-quarantine", "0") { host in
                let errors = try (0..<5).map { _ in try host.failure(of: "v", "die").type }
                #expect(Set(errors) == ["DirtyWorkerError"])
                #expect(try host.dirty("quarantine").output == "no call is refused\n")
            }
        }
    }
}
