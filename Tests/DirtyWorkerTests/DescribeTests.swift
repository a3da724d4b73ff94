import CDirtyLink
import DirtyWire
import Foundation
import Glibc
import Testing

/// `dirty-worker` without an arbiter.
@Suite struct DescribeTests {
    /// Runs it.
    ///
    /// Its standard input is /dev/null.
    private func run(_ arguments: [String]) throws -> (status: ExitStatus, output: [String], errors: [String]) {
        var out: [Int32] = [0, 0]
        var error: [Int32] = [0, 0]
        try #require(dirty_pipe(&out) == 0 && dirty_pipe(&error) == 0)
        let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        let process = try ChildProcess([WorkerExecutable.path] + arguments, descriptors: [null, out[1], error[1]])
        for descriptor in [null, out[1], error[1]] { close(descriptor) }
        let output = OutputCollector(reading: out[0])
        let errors = OutputCollector(reading: error[0])
        return (try process.exitStatus(), try output.lines(), try errors.lines())
    }

    @Test func `a plugin is described in one object, whatever it prints`() throws {
        let (status, output, errors) = try run(["--describe", FixturePlugin.path("noisy_load")])
        #expect(status == .exited(0))
        #expect(output.count == 1)
        #expect(
            try JSONValue(parsing: output[0]) == [
                "name": "Noisy", "version": "2.5", "abi_major": 1, "abi_minor": 0, "flags": 0, "flag_names": [],
                "manifest": .null, "neighbours": [],
            ]
        )
        #expect(errors == ["printed while loading"])
    }

    @Test func `libraries that a plugin finds beside itself are its neighbours`() throws {
        let folder = URL(fileURLWithPath: try FixturePlugin.path("dependency")).deletingLastPathComponent().path
        let source = FixturePlugin.repository + "/Tests/DirtyWorkerTests/Fixtures/with_neighbour.c"
        let options = ["-L\(folder)", "-ldependency", "-lm", "-Wl,-rpath,$ORIGIN"]
        let plugin = try FixturePlugin.built(
            "with_neighbour",
            by: ["cc", "-shared", "-fPIC", FixturePlugin.include, source] + options
        )
        let (status, output, _) = try run(["--describe", plugin])
        #expect(status == .exited(0))
        #expect(try JSONValue(parsing: output[0])["neighbours"] == ["libdependency.so"])
    }

    @Test func `neighbours in a folder beside the plugin's are named by the way to them`() throws {
        let root = try FixturePlugin.temporaryFolder()
        for folder in ["plugins", "lib"] { try #require(mkdir("\(root)/\(folder)", 0o700) == 0) }
        try #require(link(FixturePlugin.path("dependency"), root + "/lib/libdependency.so") == 0)
        let source = FixturePlugin.repository + "/Tests/DirtyWorkerTests/Fixtures/with_neighbour.c"
        let options = ["-L\(root)/lib", "-ldependency", "-Wl,-rpath,$ORIGIN/./../plugins/../lib"]
        let built = try FixturePlugin.built(
            "with_neighbour_elsewhere",
            by: ["cc", "-shared", "-fPIC", FixturePlugin.include, source] + options
        )
        let plugin = root + "/plugins/libplugin.so"
        try #require(link(built, plugin) == 0)
        let (status, output, _) = try run(["--describe", plugin])
        #expect(status == .exited(0))
        #expect(try JSONValue(parsing: output[0])["neighbours"] == ["../lib/libdependency.so"])
    }

    @Test func `flags have names`() throws {
        let (_, output, _) = try run(["--describe", FixturePlugin.path("exclusive")])
        #expect(try JSONValue(parsing: output[0])["flag_names"] == ["exclusive"])
    }

    @Test func `a file that is no plugin is described by an error`() throws {
        let (status, output, _) = try run(["--describe", "/etc/passwd"])
        #expect(status == .exited(1))
        let error = try #require(try JSONValue(parsing: output[0])["error"])
        #expect(error["cause"] == "not_elf")
        #expect(error["message"]?.stringValue?.hasPrefix("/etc/passwd: ") == true)
    }

    @Test func `the version is told`() throws {
        let (status, output, _) = try run(["--version"])
        #expect(status == .exited(0))
        #expect(output == [DirtyVersion.current])
    }

    @Test(arguments: [[], ["--help"], ["--describe"]])
    func `a start by hand explains itself`(arguments: [String]) throws {
        let (status, _, errors) = try run(arguments)
        #expect(status == .exited(2))
        #expect(errors.count == 1 && errors[0].contains("dirty serve"))
    }
}
