import DirtyWire
import Glibc
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("A reload takes the configuration over")
    struct ReloadConfigurationTests {
        @Test("apps come and go, change their configuration and their number of workers")
        func apps() throws {
            let folder = try TemporaryFolder()
            let a = try VersionedPlugin(folder.path + "/liba.so")
            let b = try VersionedPlugin(folder.path + "/libb.so")
            let first = """
                dirty_workers: 2
                dirty_apps:
                  - {name: a, path: \(a.path), config: {size: 1}}
                  - {name: gone, path: \(b.path)}
                """
            try Host.run([], configuration: first) { host in
                #expect(try host.call("a", "configuration") == ["size": 1])
                let findings = try Callers.during(20, calling: "a", on: host) {
                    try host.folder.write(
                        """
                        dirty_workers: 3
                        dirty_timeout: 3
                        dirty_apps:
                          - {name: new, path: \(b.path), workers: 1}
                          - {name: a, path: \(a.path), config: {size: 2}}
                        """,
                        to: "dirty.yaml"
                    )
                    try host.reload()
                }
                #expect(findings.failures.isEmpty, "\(findings.failures.prefix(3))")
                #expect(try host.call("a", "configuration") == ["size": 2])
                #expect(try host.version(of: "new") == "1")
                #expect(try host.failure(of: "gone", "version").type == "DirtyAppNotFoundError")
                let status = try host.status { $0["workers"]?.arrayValue?.count == 3 }
                #expect(status["apps"]?.arrayValue?.map { $0["name"] } == ["a", "new"])
                #expect(status.app("a")?["workers"] == 3)
                #expect(status.app("new")?["workers"] == 1)
                #expect(try host.failure(of: "a", "sleep", 60_000).type == "DirtyTimeoutError")
            }
        }

        @Test("a bad file is refused whole, and nothing is touched")
        func badFile() throws {
            let folder = try TemporaryFolder()
            let plugin = try VersionedPlugin(folder.path + "/libv.so")
            let apps = "dirty_apps: [{name: v, path: \(plugin.path)}]"
            try Host.run([], configuration: "dirty_workers: 1\n\(apps)") { host in
                let pids = try host.workerPIDs()
                try plugin.write("2")
                try host.folder.write("dirty_wrokers: 3\n\(apps)\n", to: "dirty.yaml")
                let outcome = try host.dirty("reload")
                #expect(outcome.status == .exited(1))
                #expect(outcome.errors.contains("did you mean 'dirty_workers'"))
                #expect(try host.workerPIDs() == pids)
                #expect(try host.version(of: "v") == "1")
            }
        }

        @Test("what only the next start takes over is told in the log")
        func nextStart() throws {
            let apps = "dirty_apps: [\(try Products.plugin("Echo"))]"
            try Host.run([], configuration: "dirty_workers: 1\n\(apps)") { host in
                try host.folder.write("dirty_workers: 1\ndirty_threads: 3\n\(apps)\n", to: "dirty.yaml")
                try host.reload()
                try host.log.wait(for: "take effect at the next start")
                #expect(host.log.text.contains("dirty_threads"))
            }
        }

        @Test("workers asked for by hand stay, until the configuration says another number")
        func scaled() throws {
            let apps = "dirty_apps: [\(try Products.plugin("Echo"))]"
            try Host.run([], configuration: "dirty_workers: 1\n\(apps)") { host in
                #expect(try host.dirty("scale", "3").output == "3 workers are wanted\n")
                try host.reload()
                #expect(try host.app("Echo")["workers"] == 3)
                try host.folder.write("dirty_workers: 2\n\(apps)\n", to: "dirty.yaml")
                try host.reload()
                #expect(try host.app("Echo")["workers"] == 2)
            }
        }
    }
}
