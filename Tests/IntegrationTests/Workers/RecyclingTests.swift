import DirtyWire
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("Worn workers are replaced, and no call is dropped")
    struct RecyclingTests {
        @Test("after so many calls, one worker at a time")
        func requests() throws {
            let folder = try TemporaryFolder()
            let plugin = try VersionedPlugin(folder.path + "/libv.so")
            let flags = ["--dirty-workers", "3", "--dirty-max-requests", "50", "--dirty-max-requests-jitter", "10"]
            try Host.run(["v=\(plugin.path)"], flags) { host in
                let findings = try Callers.during(20, calling: "v", on: host) {
                    try host.status { status in
                        // Never more than one is missing.
                        let ready = status.app("v")?["workers_ready"]?.intValue ?? 0
                        guard ready >= 2 else { return false }
                        return status["slots"]?.arrayValue?.allSatisfy { ($0["restarts"]?.intValue ?? 0) >= 2 } == true
                    }
                }
                #expect(findings.failures.isEmpty, "\(findings.failures.prefix(3))")
                try host.log.wait(for: "Replacing a worker")
            }
        }

        @Test("past so much memory")
        func memory() throws {
            let folder = try TemporaryFolder()
            let plugin = try VersionedPlugin(folder.path + "/libv.so")
            try Host.run(["v=\(plugin.path)"], "--dirty-workers", "1", "--dirty-max-memory", "48MiB") { host in
                let pid = try host.call("v", "pid")
                _ = try host.call("v", "grow")
                try host.status { _ in (try? host.call("v", "pid")) != pid }
                try host.log.wait(for: "anonymous memory")
            }
        }
    }
}
