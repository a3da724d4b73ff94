import DirtyWire
import Glibc
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("A reload brings in new code, and drops no call")
    struct ReloadTests {
        @Test("200 connections call without a pause through 20 reloads, each of a file written over in place")
        func crowd() throws {
            let folder = try TemporaryFolder()
            let plugin = try VersionedPlugin(folder.path + "/libv.so", version: "0")
            try Host.run(["v=\(plugin.path)"], "--dirty-workers", "3") { host in
                let findings = try Callers.during(200, calling: "v", on: host) {
                    for version in 1...20 {
                        try plugin.write("\(version)")
                        try host.reload()
                        for _ in 0..<6 { #expect(try host.version(of: "v") == "\(version)") }
                    }
                }
                #expect(findings.failures.isEmpty, "\(findings.failures.prefix(3))")
                #expect(findings.answered > 200)
                print(
                    "20 reloads under 200 connections: \(findings.answered) calls, the slowest took \(findings.worst)"
                )
                #expect(try host.status()["generation"] == 20)
                try host.status { _ in host.imageFolders.count == 1 }
            }
        }

        @Test("progress is told worker by worker, and status shows generation and result")
        func progress() throws {
            let folder = try TemporaryFolder()
            let plugin = try VersionedPlugin(folder.path + "/libv.so")
            try Host.run(["v=\(plugin.path)"], "--dirty-workers", "2") { host in
                let before = try host.workerPIDs()
                try plugin.write("2")
                let outcome = try host.dirty("reload")
                #expect(outcome.status == .exited(0))
                let lines = outcome.output.split(separator: "\n").map(String.init)
                #expect(lines.first == "generation 1: reading plugins and configuration")
                for line in ["[0/2] slot 0: worker 3 starts", "[1/2] slot 0: done", "[2/2] slot 1: done"] {
                    #expect(lines.contains(line), "\(lines)")
                }
                #expect(lines.last?.hasPrefix("generation 1 serves, after ") == true)
                let status = try host.status()
                #expect(status["generation"] == 1)
                #expect(status["reload"]?["last"]?["outcome"] == "completed")
                #expect(status["workers"]?.arrayValue?.map { $0["generation"] } == [1, 1])
                #expect(try host.dirty("status").output.contains("\ngeneration 1, the last reload took "))
                #expect(try Set(host.workerPIDs()).isDisjoint(with: before))
            }
        }

        @Test("a reload of one app renews its workers only, and shares the other's image")
        func partial() throws {
            let folder = try TemporaryFolder()
            let one = try VersionedPlugin(folder.path + "/libone.so")
            let two = try VersionedPlugin(folder.path + "/libtwo.so")
            try Host.run([one.path, two.path], "--dirty-workers", "1", "--dirty-isolation", "app") { host in
                let pid = try host.call("two", "pid")
                try one.write("2")
                try two.write("2")
                try host.reload("one")
                #expect(try host.version(of: "one") == "2")
                #expect(try host.version(of: "two") == "1")
                #expect(try host.call("two", "pid") == pid)
                try host.status { _ in host.imageFolders.count == 2 }
                try host.reload()
                #expect(try host.version(of: "two") == "2")
                try host.status { _ in host.imageFolders.count == 2 }
            }
        }

        @Test("SIGHUP reloads all, as often as need be, and what comes meanwhile is done in one")
        func hangUp() throws {
            let folder = try TemporaryFolder()
            let plugin = try VersionedPlugin(folder.path + "/libv.so")
            try Host.run(["v=\(plugin.path)"], "--dirty-workers", "2") { host in
                try plugin.write("2")
                for _ in 0..<5 { host.program.signal(SIGHUP) }
                try host.status { $0["generation"]?.intValue ?? 0 > 0 && $0["reload"]?["active"] == false }
                #expect(try host.version(of: "v") == "2")
                #expect(try #require(host.status()["generation"]?.intValue) <= 5)
            }
        }

        @Test("a worker that dies after a reload was refused gets its own generation's code")
        func respawn() throws {
            let folder = try TemporaryFolder()
            let plugin = try VersionedPlugin(folder.path + "/libv.so")
            try Host.run(["v=\(plugin.path)"], "--dirty-workers", "1") { host in
                try plugin.write(Array("no plugin".utf8))
                #expect(try host.dirty("reload").status == .exited(1))
                let pid = try #require(try host.workerPIDs().first)
                kill(pid, SIGKILL)
                #expect(ProcessTable.isGone(pid, within: 10))
                #expect(try host.version(of: "v") == "1")
            }
        }

        @Test("an app that nobody has is refused, with the names that there are")
        func unknown() throws {
            try Host.run(["echo", "counter"], "--dirty-workers", "1") { host in
                let outcome = try host.dirty("reload", "ecko")
                #expect(outcome.status == .exited(1))
                #expect(outcome.errors.contains("there is no app ecko"))
                #expect(outcome.errors.contains("counter, echo"))
            }
        }

        @Test("where an app wants it, the old worker ends before the new one starts")
        func stopFirst() throws {
            let folder = try TemporaryFolder()
            let plugin = try VersionedPlugin(folder.path + "/libv.so")
            let configuration = "dirty_apps: [{name: v, path: \(plugin.path), reload: stop-first}]\ndirty_workers: 1"
            try Host.run([], configuration: configuration) { host in
                try plugin.write("2")
                let outcome = try host.dirty("reload")
                #expect(outcome.status == .exited(0))
                let stops = try #require(outcome.output.firstRange(of: "worker 1 ends before its successor starts"))
                let starts = try #require(outcome.output.firstRange(of: "worker 2 starts"))
                #expect(stops.lowerBound < starts.lowerBound)
                #expect(try host.version(of: "v") == "2")
            }
        }
    }
}
