import DirtyWire
import Foundation
import Glibc
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("Sockets and the runtime directory")
    struct SocketTests {
        /// The permission bits of what is at `path`.
        private func mode(of path: String) -> mode_t {
            var facts = stat()
            return lstat(path, &facts) == 0 ? facts.st_mode & 0o777 : 0
        }

        /// Serves Echo with `flags`, which must be refused, and returns what the host says.
        private func refusal(_ flags: String..., in folder: TemporaryFolder, status: Int32 = 2) throws -> String {
            let arguments = try ["serve", Products.plugin("Echo")] + flags
            let outcome = try Program.run(Products.path("dirty"), arguments, folder: folder.path)
            #expect(outcome.status == .exited(status), "\(outcome)")
            return outcome.errors
        }

        @Test("they are their owner's alone unless said otherwise")
        func privateByDefault() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                #expect(mode(of: host.runtimePath) == 0o700)
                #expect(mode(of: host.socketPath) == 0o600)
                #expect(mode(of: host.runtimePath + "/control.sock") == 0o600)
                #expect(mode(of: host.runtimePath + "/images") == 0o700)
                #expect(mode(of: host.runtimePath + "/lock") == 0o600)
            }
        }

        @Test("the clients' socket may lie elsewhere, with a mode of its own")
        func elsewhere() throws {
            let folder = try TemporaryFolder()
            let path = folder.path + "/calls.sock"
            try Host.run(["echo"], "--dirty-workers", "1", "--socket", path, "--dirty-socket-mode", "0660") { host in
                let connection = try host.connect()
                #expect(mode(of: path) == 0o660)
                #expect(mode(of: host.runtimePath + "/control.sock") == 0o600)
                #expect(try connection.call("echo", "echo", 1) == 1)
            }
            #expect(folder.contents.isEmpty)
        }

        @Test("a second arbiter on the same directory is refused, naming the first")
        func secondArbiter() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                let message = try refusal("--runtime-dir", host.runtimePath, in: host.folder)
                #expect(message.contains("\(host.program.pid)"))
                #expect(try host.call("echo", "echo", 1) == 1)
            }
        }

        @Test("a socket that somebody listens on is not taken away")
        func foreignSocket() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                let folder = try TemporaryFolder()
                let message = try refusal(
                    "--runtime-dir",
                    folder.path + "/run",
                    "--socket",
                    host.socketPath,
                    in: folder
                )
                #expect(message.contains(host.socketPath))
                #expect(try host.call("echo", "echo", 1) == 1)
            }
        }

        @Test("a file that is no socket is not taken away")
        func foreignFile() throws {
            let folder = try TemporaryFolder()
            let path = try folder.write("precious", to: "notes.txt")
            let message = try refusal("--runtime-dir", folder.path + "/run", "--socket", path, in: folder)
            #expect(message.contains(path))
            #expect(FileManager.default.contents(atPath: path) == Data("precious".utf8))
        }

        @Test("a path that is too long for a socket is refused, saying so")
        func longPath() throws {
            let folder = try TemporaryFolder()
            let path = folder.path + "/" + String(repeating: "x", count: 120)
            let message = try refusal("--runtime-dir", folder.path + "/run", "--socket", path, in: folder)
            #expect(message.contains(path))
            #expect(message.contains("107"))
        }

        @Test("a folder that isn't there is an error that names it")
        func missingFolder() throws {
            let folder = try TemporaryFolder()
            let message = try refusal("--runtime-dir", folder.path + "/none/run", in: folder, status: 1)
            #expect(message.contains(folder.path + "/none/run"))
            let socket = try refusal(
                "--runtime-dir",
                folder.path + "/run",
                "--socket",
                folder.path + "/none/dirty.sock",
                in: folder,
                status: 1
            )
            #expect(socket.contains(folder.path + "/none/dirty.sock"))
        }

        @Test("a runtime directory that is a symbolic link is refused")
        func symbolicLink() throws {
            let folder = try TemporaryFolder()
            try FileManager.default.createDirectory(atPath: folder.path + "/real", withIntermediateDirectories: false)
            try FileManager.default.createSymbolicLink(
                atPath: folder.path + "/run",
                withDestinationPath: folder.path + "/real"
            )
            let message = try refusal("--runtime-dir", folder.path + "/run", in: folder, status: 1)
            #expect(message.contains("symbolic link"))
        }

        @Test(
            "others are let in by dirty_allowed_uids, and turned away without",
            .enabled(if: getuid() == 0, "only root can be somebody else; run the tests as root to see this one")
        )
        func otherUsers() throws {
            for (flags, isLetIn) in [
                (["--dirty-allowed-uids", "65533,65534"], true), (["--dirty-allowed-uids", "65533"], false),
            ] {
                let folder = try TemporaryFolder()
                chmod(folder.path, 0o755)
                let path = folder.path + "/calls.sock"
                try Host.run(
                    ["echo"],
                    ["--dirty-workers", "1", "--socket", path, "--dirty-socket-mode", "0666"] + flags
                ) { host in
                    let outcome = try PeerPrograms.run("as_user.py", ["65534", path])
                    #expect(outcome.output.contains("pong") == isLetIn, "\(outcome)")
                    #expect(try host.call("echo", "echo", 1) == 1)
                    if !isLetIn { try host.log.wait(for: "uid=65534") }
                }
            }
        }

        @Test(
            "without dirty_allowed_uids the socket's permissions decide",
            .enabled(if: getuid() == 0, "only root can be somebody else; run the tests as root to see this one")
        )
        func permissions() throws {
            for (mode, isLetIn) in [("0666", true), ("0600", false)] {
                let folder = try TemporaryFolder()
                chmod(folder.path, 0o755)
                let path = folder.path + "/calls.sock"
                try Host.run(["echo"], "--dirty-workers", "1", "--socket", path, "--dirty-socket-mode", mode) { _ in
                    let outcome = try PeerPrograms.run("as_user.py", ["65534", path])
                    #expect(outcome.output.contains("pong") == isLetIn, "\(outcome)")
                }
            }
        }
    }
}
