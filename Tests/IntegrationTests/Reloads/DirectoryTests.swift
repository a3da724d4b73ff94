import DirtyWire
import Glibc
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("An app that is a directory")
    struct DirectoryTests {
        private let folder: TemporaryFolder

        init() throws {
            folder = try TemporaryFolder()
        }

        private func plugin(_ name: String, version: String = "1") throws -> VersionedPlugin {
            try VersionedPlugin(folder.path + "/lib\(name).so", version: version)
        }

        @Test("a reload takes new files in and lets go of deleted ones")
        func comeAndGo() throws {
            let old = try plugin("old")
            _ = try plugin("stays")
            try Host.run([folder.path + "/"], "--dirty-workers", "2") { host in
                unlink(old.path)
                _ = try plugin("new")
                try host.reload()
                #expect(try host.status()["apps"]?.arrayValue?.map { $0["name"] } == ["stays", "new"])
                #expect(try host.version(of: "new") == "1")
                #expect(try host.failure(of: "old", "version").type == "DirtyAppNotFoundError")
            }
        }

        @Test("a broken plugin keeps its old code, or is left out; the others are reloaded, and the command says so")
        func broken() throws {
            let (fine, broken) = (try plugin("fine"), try plugin("broken"))
            try Host.run([folder.path + "/"], "--dirty-workers", "1") { host in
                try fine.write("2")
                try broken.write(Array("text".utf8))
                try folder.write("text", to: "libnever.so")
                let outcome = try host.dirty("reload")
                #expect(outcome.status == .exited(1))
                #expect(outcome.errors.contains("broken keeps its old code"))
                #expect(outcome.errors.contains("never is left out"))
                #expect(try host.version(of: "fine") == "2")
                #expect(try host.version(of: "broken") == "1")
                let last = try host.status()["reload"]?["last"]
                #expect(last?["skipped"]?.arrayValue?.map { $0["app"] } == ["broken", "never"])

                try broken.write("2")
                unlink(folder.path + "/libnever.so")
                try host.reload()
                #expect(try host.version(of: "broken") == "2")
            }
        }

        @Test("one that fails only when it is opened is left out, too, and the others are reloaded")
        func failingToOpen() throws {
            let (fine, broken) = (try plugin("fine"), try plugin("broken"))
            try Host.run([folder.path + "/"], "--dirty-workers", "2") { host in
                try fine.write("2")
                try broken.write("2", .failsToOpen)
                _ = try VersionedPlugin(folder.path + "/libnever.so", version: "1", .abortsInOpen)
                let outcome = try host.dirty("reload")
                #expect(outcome.status == .exited(1))
                #expect(outcome.errors.contains("broken keeps its old code"))
                #expect(outcome.errors.contains("the licence of 2 has expired"))
                #expect(outcome.errors.contains("never is left out"))
                #expect(try host.version(of: "fine") == "2")
                #expect(try host.version(of: "broken") == "1")
            }
        }

        @Test("what is broken is no fault of a reload of something else")
        func brokenElsewhere() throws {
            let (fine, broken) = (try plugin("fine"), try plugin("broken"))
            try Host.run([folder.path + "/"], "--dirty-workers", "1") { host in
                try broken.write(Array("text".utf8))
                #expect(try host.dirty("reload", "broken").status == .exited(1))
                try fine.write("2")
                try host.reload("fine")
                #expect(try host.version(of: "fine") == "2")
            }
        }

        @Test("a broken plugin doesn't keep the host from starting")
        func brokenAtStart() throws {
            _ = try plugin("fine")
            let broken = try folder.write("text", to: "libbroken.so")
            try Host.run([folder.path + "/"], "--dirty-workers", "1") { host in
                #expect(try host.version(of: "fine") == "1")
                try host.log.wait(for: "\(broken) is left out")
                #expect(try host.failure(of: "broken", "version").type == "DirtyAppNotFoundError")
            }
        }

        @Test("it may be empty until something is put into it")
        func empty() throws {
            try Host.run([folder.path + "/"], "--dirty-workers", "1") { host in
                _ = try plugin("first")
                try host.reload()
                #expect(try host.version(of: "first") == "1")
            }
        }
    }
}
