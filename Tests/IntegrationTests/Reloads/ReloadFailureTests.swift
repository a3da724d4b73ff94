import DirtyWire
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("A reload that fails leaves everything as it was")
    struct ReloadFailureTests {
        /// Writes a bad version over a good one's file, reloads, and checks that the old code goes on everywhere and that
        /// no call fails; returns what the command printed.
        private func failed(
            initTimeout: String = "60",
            _ spoil: (VersionedPlugin) throws -> Void
        ) throws -> Outcome {
            let folder = try TemporaryFolder()
            let plugin = try VersionedPlugin(folder.path + "/libv.so", version: "good")
            var outcome: Outcome?
            try Host.run(["v=\(plugin.path)"], "--dirty-workers", "3", "--dirty-init-timeout", initTimeout) { host in
                let pids = try host.workerPIDs()
                let findings = try Callers.during(20, calling: "v", on: host) {
                    try spoil(plugin)
                    outcome = try host.dirty("reload")
                }
                #expect(findings.failures.isEmpty, "\(findings.failures.prefix(3))")
                let status = try host.status()
                #expect(status["generation"] == 0)
                #expect(status["workers"]?.arrayValue?.map { $0["generation"] } == [0, 0, 0])
                #expect(try host.workerPIDs() == pids)
                #expect(try host.version(of: "v") == "good")
                try host.status { _ in host.imageFolders.count == 1 }
            }
            let result = try #require(outcome)
            #expect(result.status == .exited(1))
            #expect(result.errors.contains("DirtyReloadError"))
            return result
        }

        @Test("open says no: its reason is told")
        func failingOpen() throws {
            let outcome = try failed { try $0.write("bad", .failsToOpen) }
            #expect(outcome.errors.contains("the licence of bad has expired"))
            #expect(outcome.errors.contains("app: v"))
        }

        @Test("health says no: its reason is told")
        func sick() throws {
            let outcome = try failed { try $0.write("bad", .isSick) }
            #expect(outcome.errors.contains("the index of bad is empty"))
        }

        @Test("open hangs: told at its timeout, with the app")
        func hanging() throws {
            let outcome = try failed(initTimeout: "1.5") { try $0.write("bad", .hangsInOpen) }
            #expect(outcome.errors.contains("app v: it was not ready within 1.5 s"))
        }

        @Test("open crashes: told with the app and its last words")
        func aborting() throws {
            let outcome = try failed { try $0.write("bad", .abortsInOpen) }
            #expect(outcome.errors.contains("app v: "))
            #expect(outcome.errors.contains("last words of bad"))
        }

        @Test("the file is no library: told before any worker is started")
        func notELF() throws {
            let outcome = try failed { try $0.write(Array("#!/bin/sh\n".utf8)) }
            #expect(outcome.errors.contains("nothing was reloaded"))
            #expect(outcome.errors.contains("is not a shared library"))
            #expect(!outcome.output.contains("slot"))
        }

        @Test("a later worker fails: those replaced before go back to the old code")
        func goingBack() throws {
            // One plugin in two apps: the second, on one slot only, says no to a configuration that comes with the reload.
            let folder = try TemporaryFolder()
            let plugin = try VersionedPlugin(folder.path + "/libv.so", version: "old")
            let other = try VersionedPlugin(folder.path + "/libw.so", version: "old")
            let apps = "dirty_apps: [{name: v, path: \(plugin.path)}, {name: w, path: \(other.path), isolation: app}]"
            try Host.run([], configuration: "dirty_workers: 1\n\(apps)") { host in
                try plugin.write("new")
                try other.write("new", .failsToOpen)
                let outcome = try host.dirty("reload")
                #expect(outcome.status == .exited(1))
                #expect(outcome.output.contains("starts with the old code"))
                #expect(try host.version(of: "v") == "old")
                #expect(try host.version(of: "w") == "old")
                let status = try host.status()
                #expect(status["workers"]?.arrayValue?.map { $0["generation"] } == [0, 0])
                #expect(status["reload"]?["last"]?["outcome"] == "rolled_back")
                #expect(status["reload"]?["last"]?["app"] == "w")
                // And the next one may go well.
                try other.write("new")
                try host.reload()
                #expect(try host.version(of: "w") == "new")
                try host.status { _ in host.imageFolders.count == 2 }
            }
        }

        @Test("a stop during a reload ends that and the one that waits for it")
        func stop() throws {
            let folder = try TemporaryFolder()
            let plugin = try VersionedPlugin(folder.path + "/libv.so")
            try Host.run(["v=\(plugin.path)"], "--dirty-workers", "1") { host in
                try plugin.write("2", .hangsInOpen)
                let reload = try Program(
                    Products.path("dirty"),
                    ["reload"],
                    environment: ["DIRTY_SOCKET": host.socketPath]
                )
                try reload.output.wait(for: "worker 2 starts")
                let next = try Program(
                    Products.path("dirty"),
                    ["reload", "v"],
                    environment: ["DIRTY_SOCKET": host.socketPath]
                )
                try next.output.wait(for: "waiting for the reload that is under way")
                #expect(try host.dirty("stop").status == .exited(0))
                for command in [reload, next] {
                    #expect(try command.wait() == .exited(1))
                    #expect(try command.errors.whole().contains("stopping"))
                }
                #expect(try host.program.wait(within: 10) == .exited(0))
            }
        }
    }
}
