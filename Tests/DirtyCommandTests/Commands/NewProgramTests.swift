import Foundation
import TestSupport
import Testing

@testable import DirtyCommand

/// `dirty new` and `dirty sdk`, as a user runs them.
@Suite("dirty new and dirty sdk")
struct NewProgramTests {
    private func dirty(_ arguments: String..., in folder: TemporaryFolder) throws -> Outcome {
        try Program.run(Products.path("dirty"), arguments, folder: folder.path)
    }

    @Test("new writes a project, and says what to do next")
    func new() throws {
        let folder = try TemporaryFolder()
        let outcome = try dirty("new", "deep/image-tools", "--language", "cpp", in: folder)
        #expect(outcome.status == .exited(0))
        #expect(
            outcome.output == "deep/image-tools: a plugin in C++. Next:\n  cd deep/image-tools\n  make\n  make test\n"
        )
        let project = try Project(ProjectName("image-tools"), .cpp, kit: nil)
        for file in project.files {
            let path = "\(folder.path)/deep/image-tools/\(file.path)"
            #expect(try String(contentsOfFile: path, encoding: .utf8) == file.text)
        }
    }

    @Test("new depends on the clone it was built in, or on what it is told; a path counts from where it is typed")
    func dirtyHost() throws {
        let folder = try TemporaryFolder()
        func package(_ name: String) throws -> String {
            try String(contentsOfFile: "\(folder.path)/\(name)/Package.swift", encoding: .utf8)
        }
        #expect(try dirty("new", "one", "--language", "swift", in: folder).status == .exited(0))
        #expect(try package("one").contains("path: \"\(Products.repository)\""))
        #expect(try dirty("new", "two", "--language", "swift", "--dirty-host", "one", in: folder).status == .exited(0))
        #expect(try package("two").contains("path: \"\(folder.path)/one\""))
        let missing = try dirty("new", "three", "--language", "swift", "--dirty-host", "none", in: folder)
        #expect(missing.status == .exited(2))
        #expect(missing.errors == "--dirty-host: none can't be used: No such file or directory\n")
        let needless = try dirty("new", "three", "--language", "c", "--dirty-host", "one", in: folder)
        #expect(needless.status == .exited(2))
        #expect(folder.contents == ["one", "two"])
    }

    @Test("new touches nothing that is there")
    func isThere() throws {
        let folder = try TemporaryFolder()
        try folder.write("mine", to: "greeter")
        let outcome = try dirty("new", "greeter", "--language", "c", in: folder)
        #expect(outcome.status == .exited(2))
        #expect(outcome.errors == "greeter is there already; choose another name, or delete it\n")
        #expect(try String(contentsOfFile: folder.path + "/greeter", encoding: .utf8) == "mine")
        let wrong = try dirty("new", "3d", "--language", "c", in: folder)
        #expect(wrong.status == .exited(2))
        #expect(wrong.errors.hasPrefix("'3d' can't be a project's name"))
    }

    @Test("sdk prints the folder of the clone the program was built in")
    func sdk() throws {
        let folder = try TemporaryFolder()
        let outcome = try dirty("sdk", in: folder)
        #expect(outcome.status == .exited(0))
        #expect(outcome.output == "\(Products.repository)/Sources/CDirtyApp/include\n")
    }

    @Test("a program that lies elsewhere says how to have the SDK written, and writes it")
    func sdkElsewhere() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path + "/bin", withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: Products.path("dirty"), toPath: folder.path + "/bin/dirty")
        func moved(_ arguments: String...) throws -> Outcome {
            try Program.run(folder.path + "/bin/dirty", arguments, folder: folder.path)
        }
        let none = try moved("sdk")
        #expect(none.status == .exited(1))
        #expect(none.errors.contains("none in \(folder.path)/include/dirty-host"))
        #expect(none.errors.contains("dirty sdk --write FOLDER"))
        let written = try moved("sdk", "--write", "include/dirty-host")
        #expect(written.output == "include/dirty-host\n")
        #expect(try moved("sdk").output == "\(folder.path)/include/dirty-host\n")
        let homeless = try moved("new", "greeter", "--language", "swift")
        #expect(homeless.status == .exited(2))
        #expect(homeless.errors.contains("lies in no clone of Dirty Host; say where DirtyKit comes from: --dirty-host"))
    }
}
