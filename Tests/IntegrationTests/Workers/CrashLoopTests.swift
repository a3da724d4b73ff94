import DirtyWire
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("An app that can't boot")
    struct CrashLoopTests {
        /// A host of an app that aborts in `open` and of Echo, which share their workers by configuration.
        private func run(_ body: (VersionedPlugin, Host) throws -> Void) throws {
            let folder = try TemporaryFolder()
            let plugin = try VersionedPlugin(folder.path + "/libbad.so", version: "1", .abortsInOpen)
            try Host.run(["bad=\(plugin.path)", "echo"], "--dirty-workers", "3") { host in try body(plugin, host) }
        }

        @Test("fails fast with the cause and when to come back, while the other apps of its workers are served")
        func others() throws {
            try run { _, host in
                let error = try host.failure(of: "bad", "version")
                #expect(error.type == "DirtyNoWorkersAvailableError")
                #expect(error.executed == "no")
                #expect(error.details["cause"] == "crash_looping")
                #expect(error.message.contains("signal 6"))
                let answers = try concurrently(8) { number in
                    try (0..<50).map { try host.call("echo", "echo", JSONValue(1000 * number + $0)) }
                }
                #expect(answers.flatMap(\.self).count == 400)
                let apps = try host.status()["apps"]?.arrayValue ?? []
                #expect(apps.map { $0["workers_ready"] } == [0, 3])
            }
        }

        @Test("is spawned at most twenty times in ten seconds, however many calls ask for it")
        func bounded() throws {
            try run { _, host in
                let start = ContinuousClock.now
                for _ in 0..<200 { _ = try host.failure(of: "bad", "version") }
                try host.log.wait(for: "ended by signal 6", count: 7)
                let deaths = host.log.text.split(separator: "ended by signal 6").count - 1
                #expect(ContinuousClock.now - start > .seconds(10) || deaths <= 20, "\(deaths) spawns")
            }
        }

        @Test("is served as soon as a reload brings a file that boots, in the workers that it shares again")
        func mended() throws {
            try run { plugin, host in
                _ = try host.failure(of: "bad", "version")
                try plugin.write("2")
                let reload = try host.dirty("reload")
                #expect(reload.status == .exited(0), "\(reload.errors)")
                #expect(try host.version(of: "bad") == "2")
                let workers = try host.status()["workers"]?.arrayValue ?? []
                #expect(workers.map { $0["apps"] } == [["bad", "echo"], ["bad", "echo"], ["bad", "echo"]])
            }
        }
    }
}
