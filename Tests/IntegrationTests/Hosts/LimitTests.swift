import DirtyWire
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("A host that may have few descriptors")
    struct LimitTests {
        @Test("serves, and its workers too")
        func fewDescriptors() throws {
            try Host.run(["echo", "faults"], "--dirty-workers", "1", launcher: ["prlimit", "--nofile=64:64"]) { host in
                let connection = try host.connect()
                #expect(try connection.call("echo", "echo", 1) == 1)
                #expect(try host.failure(of: "faults", "abort").type == "DirtyWorkerError")
                #expect(try connection.call("echo", "echo", 2) == 2)
            }
        }

        @Test("goes on when it has run out of them and has some again")
        func exhausted() throws {
            try Host.run(["echo"], "--dirty-workers", "1", launcher: ["prlimit", "--nofile=64:64"]) { host in
                let first = try host.connect()
                var others = try (0..<100).map { _ in try host.connect() }
                #expect(try first.call("echo", "echo", 1) == 1)
                others.removeAll()
                #expect(try host.call("echo", "echo", 2) == 2)
                #expect(try first.call("echo", "echo", 3) == 3)
            }
        }
    }
}
