import DirtyWire
import Foundation
import TestSupport
import Testing

@testable import DirtyCommand

@Suite("Projects")
struct ProjectTests {
    @Test("what this program holds is what stands in the repository")
    func embedded() throws {
        for file in SDKFile.all {
            let folder =
                switch file.group {
                case .sdk: "Sources/CDirtyApp/include"
                case .example where file.path == "test.sh": "docs/examples/plugins"
                case .example(let language): "docs/examples/plugins/\(language.rawValue)"
                }
            let path = "\(Products.repository)/\(folder)/\(file.path)"
            #expect(try String(contentsOfFile: path, encoding: .utf8) == file.text, "\(path)")
        }
        #expect(SDKFile.files(of: .sdk).map(\.path) == ["dirty_app.h", "dirty_app.hpp", "dirty_app.rs"])
    }

    @Test(
        "a project has code, a test, a README and a build file, all under its own name",
        arguments: ProjectLanguage.allCases
    )
    func files(language: ProjectLanguage) throws {
        let project = try Project(ProjectName("image-tools"), language, kit: nil)
        let paths = project.files.map(\.path)
        let expected =
            switch language {
            case .swift:
                ["Package.swift", "Sources/ImageTools/ImageTools.swift", "Tests/ImageToolsTests/ImageToolsTests.swift"]
            case .c: ["Makefile", "image_tools.c", "sdk/dirty_app.h", "test.sh"]
            case .cpp: ["Makefile", "image_tools.cpp", "sdk/dirty_app.h", "sdk/dirty_app.hpp", "test.sh"]
            case .rust: ["Cargo.toml", "sdk/dirty_app.rs", "src/lib.rs", "test.sh"]
            }
        #expect(paths.sorted() == (expected + ["README.md", ".gitignore"]).sorted())
        for file in project.files {
            #expect(!file.text.lowercased().contains("sample"), "\(file.path)")
            #expect(!file.text.contains("Sources/CDirtyApp"), "\(file.path)")
        }
    }

    @Test("a name that contains the example's comes out whole")
    func nameOfTheExample() throws {
        let project = try Project(ProjectName("Resample"), .c, kit: nil)
        #expect(project.files.contains { $0.path == "resample.c" && $0.text.contains("} Resample;") })
        #expect(try Project(ProjectName("sample"), .swift, kit: nil).files.contains { $0.path == "Package.swift" })
    }

    @Test("a project in Swift depends on the DirtyKit it is given")
    func kit() throws {
        func package(_ kit: KitSource) throws -> String {
            try #require(
                try Project(ProjectName("greeter"), .swift, kit: kit).files.first { $0.path == "Package.swift" }
            ).text
        }
        let byPath = try package(.path("/samples/dirty-host"))
        #expect(byPath.contains(#"dependencies: [.package(name: "dirty-host", path: "/samples/dirty-host")]"#))
        let byURL = try package(.url("https://git.example.com/kit.git"))
        let version = DirtyVersion.current
        #expect(
            byURL.contains(#"dependencies: [.package(url: "https://git.example.com/kit.git", from: "\#(version)")]"#)
        )
        #expect(byURL.contains(#".product(name: "DirtyKit", package: "kit")"#))
        #expect(!byURL.contains("dirty-host"))
    }

    @Test(
        "a name that the code has a meaning for is refused",
        arguments: [("error", ProjectLanguage.rust), ("DirtyHost", .c), ("parameter", .swift), ("swift", .swift)]
    )
    func takenName(text: String, language: ProjectLanguage) {
        #expect(
            throws: ProjectProblem("'\(text)' means something in the project's code already; choose another name")
        ) { try Project(ProjectName(text), language, kit: nil) }
    }
}
