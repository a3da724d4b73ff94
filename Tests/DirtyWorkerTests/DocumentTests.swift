import DirtyWire
import Foundation
import Testing

/// What `docs/plugin-abi.md` shows is what works.
@Suite struct DocumentTests {
    /// The document's first code block in `language`.
    private func code(_ language: String) throws -> String {
        let document = try String(contentsOfFile: FixturePlugin.repository + "/docs/plugin-abi.md", encoding: .utf8)
        let start = try #require(document.range(of: "```\(language)\n"))
        let end = try #require(document.range(of: "\n```", range: start.upperBound..<document.endIndex))
        return document[start.upperBound..<end.lowerBound] + "\n"
    }

    /// The plugin that the block shows, built by `compiler` from a file of that name, with `companion` beside it.
    private func plugin(
        _ language: String,
        as file: String,
        beside companion: String? = nil,
        by compiler: [String]
    ) throws -> String {
        let folder = try FixturePlugin.temporaryFolder()
        let source = folder + "/" + file
        try code(language).write(toFile: source, atomically: true, encoding: .utf8)
        if let companion {
            let original = "\(FixturePlugin.repository)/Sources/CDirtyApp/include/\(companion)"
            try FileManager.default.copyItem(atPath: original, toPath: "\(folder)/\(companion)")
        }
        return try FixturePlugin.built("document\(file)\(compiler.count)", by: compiler + [source])
    }

    private static func isThere(_ program: String) -> Bool {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
    }

    @Test func `the C plugin is the tested one, and has at most thirty lines`() throws {
        let path = FixturePlugin.repository + "/Tests/DirtyWorkerTests/Fixtures/minimal.c"
        let tested = try String(contentsOfFile: path, encoding: .utf8)
        #expect(try code("c") == tested)
        #expect(tested.split(separator: "\n").count <= 30)
    }

    @Test func `the header is clean C11 and C++17, and the C plugin is strict C11`() throws {
        let strict = ["-Wall", "-Wextra", "-pedantic", "-Werror", FixturePlugin.include, "-shared", "-fPIC"]
        let header = FixturePlugin.repository + "/Sources/CDirtyApp/dirty_app.c"
        _ = try FixturePlugin.built("headerC11", by: ["cc", "-std=c11"] + strict + [header])
        _ = try FixturePlugin.built("headerCpp17", by: ["c++", "-std=c++17", "-x", "c++"] + strict + [header])
        _ = try plugin("c", as: "minimal.c", by: ["cc", "-std=c11"] + strict)
    }

    @Test func `the C++ header is clean C++17, and has less than two hundred lines`() throws {
        // Its warnings are those of whoever includes it.
        let strict = [
            "-Wall", "-Wextra", "-pedantic", "-Wshadow", "-Wconversion", "-Wold-style-cast", "-Werror",
            FixturePlugin.include, "-shared", "-fPIC",
        ]
        _ = try plugin("cpp", as: "greeter.cpp", by: ["c++", "-std=c++17"] + strict)
        let header = FixturePlugin.repository + "/Sources/CDirtyApp/include/dirty_app.hpp"
        #expect(try String(contentsOfFile: header, encoding: .utf8).filter { $0 == "\n" }.count < 200)
    }

    @Test func `the C++ plugin answers, and its exceptions stay inside`() throws {
        let arbiter = try TestArbiter()
        let compiler = ["c++", "-std=c++17", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", FixturePlugin.include]
        try arbiter.loadReady(try plugin("cpp", as: "greeter.cpp", by: compiler), config: #""hello""#)
        #expect(try arbiter.result("greet") == "hello")
        #expect(try arbiter.result("echo", "[1]") == [1])
        let error = try arbiter.failure("fail")
        #expect(error.details["status_name"] == "E_INTERNAL")
        #expect(error.message == "thrown on request")
        arbiter.sayBye()
        #expect(try arbiter.exitStatus() == .exited(0))
    }

    @Test(.enabled(if: isThere("rustc"), "there is no Rust compiler"))
    func `the Rust plugin answers, and its panics are poison`() throws {
        let arbiter = try TestArbiter()
        let compiler = ["rustc", "--edition", "2021", "--crate-type", "cdylib", "-D", "warnings"]
        try arbiter.loadReady(try plugin("rust", as: "echo.rs", beside: "dirty_app.rs", by: compiler))
        #expect(try arbiter.result("echo", "[1]") == [1])
        #expect(try arbiter.failure("fail").details["status_name"] == "E_POISONED")
        #expect(try arbiter.exitStatus() == .exited(4))
    }
}
