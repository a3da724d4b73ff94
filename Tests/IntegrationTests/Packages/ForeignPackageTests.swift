import DirtyWire
import Foundation
import TestSupport
import Testing

extension IntegrationTests {
    /// Packages outside the repository, built by SwiftPM as their authors would; some minutes, most of it DirtyKit's.
    @Suite("Swift plugins in packages of their own")
    struct ForeignPackageTests {
        private static let buildSeconds = 1200.0

        private func swift(_ arguments: String..., in folder: String, security: String) throws {
            // What it remembers of packages must not outlive the test: the next run has another under the same name.
            let outcome = try Program.run(
                "swift",
                arguments + ["--security-path", security],
                folder: folder,
                within: Self.buildSeconds
            )
            guard outcome.status == .exited(0) else {
                throw TestFailure("swift \(arguments) failed in \(folder):\n\(outcome.output)\n\(outcome.errors)")
            }
        }

        private func dirty(_ arguments: String..., in folder: String) throws -> Outcome {
            try Program.run(Products.path("dirty"), arguments, folder: folder)
        }

        /// The code blocks of README.md in Swift.
        private func blocks() throws -> [String] {
            let text = try String(contentsOfFile: Products.repository + "/README.md", encoding: .utf8)
            return text.components(separatedBy: "```swift\n").dropFirst().compactMap {
                $0.components(separatedBy: "\n```").first
            }
        }

        @Test("the first plugin of README.md, by path: at most 20 lines, built, inspected, served and called")
        func readme() throws {
            let folder = try TemporaryFolder()
            let code = try #require(try blocks().first { $0.contains("DirtyApp {") })
            let package = try #require(try blocks().first { $0.contains("swift-tools-version") })
            #expect(code.components(separatedBy: "\n").count <= 20)
            let root = folder.path + "/greeter"
            try FileManager.default.createDirectory(
                atPath: root + "/Sources/Greeter",
                withIntermediateDirectories: true
            )
            try folder.write(package, to: "greeter/Package.swift")
            try folder.write(code + "\n", to: "greeter/Sources/Greeter/Greeter.swift")
            try FileManager.default.createSymbolicLink(
                atPath: folder.path + "/dirty-host",
                withDestinationPath: Products.repository
            )
            try swift("build", in: root, security: folder.path + "/security")

            let plugin = root + "/.build/debug/libGreeter.so"
            let inspected = try dirty("inspect", plugin, in: root)
            #expect(inspected.output.contains("greet"))
            #expect(inspected.output.contains("Says hello."))
            try Host.run(["greeter=\(plugin)"], "--dirty-workers", "1") { host in
                let called = try dirty("call", "greeter", "greet", "Ada", "--socket", host.socketPath, in: root)
                #expect(called.output == "\"Hello, Ada! You are guest 1.\"\n")
                #expect(try host.call("greeter", "greet", "Bob") == "Hello, Bob! You are guest 2.")
            }
        }

        @Test("a project of dirty new, by URL: builds and passes its test, is served and called")
        func byURL() throws {
            let folder = try TemporaryFolder()
            let repository = try taggedRepository(in: folder)
            let made = try dirty(
                "new",
                "image-tools",
                "--language",
                "swift",
                "--dirty-host",
                "file://" + repository,
                in: folder.path
            )
            #expect(made.status == .exited(0), "\(made.errors)")
            let root = folder.path + "/image-tools"
            try swift("build", "--build-tests", in: root, security: folder.path + "/security")
            try swift("test", "--skip-build", in: root, security: folder.path + "/security")
            try Host.run(["ImageTools=\(root)/.build/debug/libImageTools.so"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                #expect(try connection.call("ImageTools", "sum", [1, 2.5]) == 3.5)
                #expect(try connection.call("ImageTools", "calls") == 1)
                #expect(try connection.stream("ImageTools", "count", 3) == [0, 1, 2])
            }
        }

        /// Makes a repository of this package as it is now, tagged with its version; returns its path.
        private func taggedRepository(in folder: TemporaryFolder) throws -> String {
            let root = folder.path + "/dirty-host"
            try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
            for part in ["Package.swift", "Sources", "Plugins"] {
                try FileManager.default.copyItem(atPath: "\(Products.repository)/\(part)", toPath: "\(root)/\(part)")
            }
            let author = ["-c", "user.name=Test", "-c", "user.email=test@example.com"]
            for arguments in [
                ["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "All"], ["tag", DirtyVersion.current],
            ] {
                let outcome = try Program.run("git", author + arguments, folder: root)
                guard outcome.status == .exited(0) else { throw TestFailure("git \(arguments): \(outcome.errors)") }
            }
            return root
        }
    }
}
