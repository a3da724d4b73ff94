import DirtyWire
import Foundation
import Glibc
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("serve --watch reloads what changes")
    struct WatchTests {
        private let folder: TemporaryFolder

        init() throws {
            folder = try TemporaryFolder()
        }

        /// Waits until the app's answer is `version`.
        private func wait(for version: String?, of app: String, on host: TestSupport.Host) throws {
            try host.status { _ in (try? host.version(of: app)) == version }
        }

        @Test("a file written over in place, and one moved into place, and only its app")
        func files() throws {
            let one = try VersionedPlugin(folder.path + "/libone.so")
            let two = try VersionedPlugin(folder.path + "/libtwo.so")
            try Host.run([one.path, two.path], ["--watch", "--dirty-workers", "1", "--dirty-isolation", "app"]) {
                host in
                let pid = try host.call("two", "pid")
                try one.write("2")
                try wait(for: "2", of: "one", on: host)
                let next = try VersionedPlugin(folder.path + "/next", version: "3")
                #expect(rename(next.path, one.path) == 0)
                try wait(for: "3", of: "one", on: host)
                #expect(try host.call("two", "pid") == pid)
            }
        }

        @Test("files that come into a directory and go")
        func directory() throws {
            _ = try VersionedPlugin(folder.path + "/libfirst.so")
            try Host.run([folder.path + "/"], "--watch", "--dirty-workers", "1") { host in
                let second = try VersionedPlugin(folder.path + "/libsecond.so")
                try wait(for: "1", of: "second", on: host)
                unlink(second.path)
                try wait(for: nil, of: "second", on: host)
                #expect(try host.version(of: "first") == "1")
            }
        }

        @Test("a broken one is told, and the old code goes on until it is mended")
        func broken() throws {
            let plugin = try VersionedPlugin(folder.path + "/libv.so")
            try Host.run([plugin.path], "--watch", "--dirty-workers", "1") { host in
                try plugin.write("bad", .failsToOpen)
                _ = try host.lastReload { $0["outcome"] == "rolled_back" }
                try host.log.wait(for: "the licence of bad has expired")
                #expect(try host.version(of: "v") == "1")
                try plugin.write("2")
                try wait(for: "2", of: "v", on: host)
            }
        }

        @Test("a file that is deleted and built anew is waited for")
        func rebuilt() throws {
            let plugin = try VersionedPlugin(folder.path + "/libv.so")
            try Host.run([plugin.path], "--watch", "--dirty-workers", "1") { host in
                unlink(plugin.path)
                try plugin.write("2")
                try wait(for: "2", of: "v", on: host)
                #expect(try host.lastReload { _ in true }["outcome"] == "completed")
            }
        }

        @Test("behind a link the file itself counts, and so does a link that is changed")
        func links() throws {
            try FileManager.default.createDirectory(atPath: folder.path + "/build", withIntermediateDirectories: true)
            let built = try VersionedPlugin(folder.path + "/build/out.so")
            let link = folder.path + "/libv.so"
            #expect(symlink(built.path, link) == 0)
            try Host.run([link], "--watch", "--dirty-workers", "1") { host in
                try built.write("2")
                try wait(for: "2", of: "v", on: host)
                let other = try VersionedPlugin(folder.path + "/build/other.so", version: "3")
                #expect(symlink(other.path, folder.path + "/fresh") == 0)
                #expect(rename(folder.path + "/fresh", link) == 0)
                try wait(for: "3", of: "v", on: host)
            }
        }
    }
}
