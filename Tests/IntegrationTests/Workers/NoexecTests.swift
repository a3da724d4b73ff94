import DirtyWire
import Foundation
import Glibc
import TestSupport
import Testing

extension IntegrationTests {
    /// Whether this machine lets us mount file systems in a namespace of our own.
    static let canMount: Bool = {
        let outcome = try? Program.run("unshare", ["-m", "mount", "-t", "tmpfs", "-o", "noexec", "tmpfs", "/mnt"])
        return outcome?.status == .exited(0)
    }()

    @Suite(
        "A runtime directory that nothing can be executed from",
        .enabled(if: canMount, "mounting is not allowed here")
    )
    struct NoexecTests {
        /// Runs a host whose runtime directory is a noexec file system; its clients' socket lies beside it.
        private func run(_ app: String, body: (TestSupport.Host) throws -> Void) throws {
            let folder = try TemporaryFolder()
            let runtime = folder.path + "/run"
            try FileManager.default.createDirectory(atPath: runtime, withIntermediateDirectories: true)
            let script = "mount -t tmpfs -o noexec,mode=0700 tmpfs \(runtime) && exec \"$@\""
            let launcher = ["unshare", "-m", "sh", "-c", script, "sh"]
            let flags = ["--dirty-workers", "1", "--runtime-dir", runtime, "--socket", folder.path + "/s"]
            try Host.run([app], flags, launcher: launcher, body: body)
        }

        @Test("plugins are loaded from sealed memory, and reloads go on as ever")
        func sealed() throws {
            let folder = try TemporaryFolder()
            let plugin = try VersionedPlugin(folder.path + "/libv.so")
            try run("v=\(plugin.path)") { host in
                #expect(try host.version(of: "v") == "1")
                let pid = try #require(try host.workerPIDs().first)
                // By a program, as it takes several reads.
                let maps = try Program.run("cat", ["/proc/\(pid)/maps"]).output
                #expect(maps.contains("/memfd:libv.so"))
                try plugin.write("2")
                host.program.signal(SIGHUP)
                try host.status { $0["generation"] == 1 && $0["reload"]?["active"] == false }
                #expect(try host.version(of: "v") == "2")
                func open() -> [String] {
                    let names = (try? Folder.names("/proc/\(host.program.pid)/fd")) ?? []
                    return names.filter { number in
                        let path = "/proc/\(host.program.pid)/fd/\(number)"
                        return (try? FileManager.default.destinationOfSymbolicLink(atPath: path))?
                            .contains("memfd:libv.so") == true
                    }
                }
                // The old memory goes with its generation, on another thread than the one that ends the reload.
                try host.status { _ in open().count == 1 }
            }
        }

        @Test("neighbours are found, in other folders too")
        func neighbours() throws {
            let folder = try TemporaryFolder()
            for name in ["plugins", "lib"] {
                try FileManager.default.createDirectory(
                    atPath: folder.path + "/" + name,
                    withIntermediateDirectories: true
                )
            }
            try NeighbourPlugin.build(in: folder.path)
            try run("n=\(folder.path)/plugins/libn.so") { host in
                let number = try host.call("n", "number")
                #expect(number == 42)
            }
        }
    }
}
