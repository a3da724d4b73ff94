import DirtyWire
import Foundation
import Glibc
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("Workers have their own copy of a plugin")
    struct ImageTests {
        /// Runs a host of a copied plugin, spoils the copy by `change`, and checks that neither its worker nor the
        /// replacement notices.
        private func check(_ change: (String) throws -> Void) throws {
            let folder = try TemporaryFolder()
            let path = folder.path + "/libCounter.so"
            try FileManager.default.copyItem(atPath: Products.plugin("Counter"), toPath: path)
            try Host.run(["counter=\(path)"], "--dirty-workers", "1") { host in
                #expect(try host.call("counter", "increment") == 1)
                let pid = try #require(try host.workers()[0].pid)
                #expect(ProcessTable.file("maps", of: pid).contains("/run/images/"))
                #expect(!ProcessTable.file("maps", of: pid).contains(path))

                try change(path)
                #expect(try host.call("counter", "increment") == 2)
                kill(pid, SIGKILL)
                #expect(ProcessTable.isGone(pid, within: 10))
                #expect(try host.call("counter", "increment") == 1)
            }
        }

        @Test("writing over the original harms nothing")
        func overwritten() throws {
            try check { path in
                // In place, as a careless `cp` does: the same inode, other bytes.
                let descriptor = open(path, O_WRONLY)
                defer { close(descriptor) }
                let garbage = [UInt8](repeating: 0x5a, count: 4 << 20)
                #expect(write(descriptor, garbage, garbage.count) == garbage.count)
            }
        }

        @Test("emptying the original harms nothing")
        func emptied() throws {
            try check { #expect(truncate($0, 0) == 0) }
        }

        @Test("neighbours come along, from folders beside the plugin's too")
        func neighbours() throws {
            let folder = try TemporaryFolder()
            for name in ["plugins", "lib"] {
                try FileManager.default.createDirectory(
                    atPath: folder.path + "/" + name,
                    withIntermediateDirectories: true
                )
            }
            try NeighbourPlugin.build(in: folder.path)
            try Host.run(["n=\(folder.path)/plugins/libn.so"], "--dirty-workers", "1") { host in
                #expect(truncate(folder.path + "/lib/libneighbour.so", 0) == 0)
                let pid = try #require(try host.workerPIDs().first)
                kill(pid, SIGKILL)
                #expect(ProcessTable.isGone(pid, within: 10))
                #expect(try host.call("n", "number") == 42)
            }
        }

        @Test("deleting the original harms nothing")
        func deleted() throws {
            try check { #expect(unlink($0) == 0) }
        }
    }
}
