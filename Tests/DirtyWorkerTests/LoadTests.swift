import DirtyWire
import Glibc
import Testing

/// Loading plugins, and every way in which that fails.
@Suite struct LoadTests {
    /// What a worker says of a plugin that it can't load, having checked that it names app and path and then ends.
    private func failure(_ file: String, config: String = "null") throws -> (cause: String, message: String) {
        let arbiter = try TestArbiter()
        let answer = try arbiter.load([("app", file, config)])
        let message = try #require(answer["message"]?.stringValue)
        #expect(answer["type"] == "failed")
        #expect(answer["app"] == "app")
        #expect(answer["path"] == "/orig/app.so")
        #expect(message.contains("/orig/app.so"), "\(message)")
        #expect(!message.contains("\n"))
        #expect(try arbiter.exitStatus() == .exited(3))
        return (try #require(answer["cause"]?.stringValue), message)
    }

    /// A file of its own with these bytes.
    private func file(_ bytes: [UInt8]) throws -> String {
        let path = try FixturePlugin.temporaryFolder() + "/plugin.so"
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
        defer { close(descriptor) }
        try #require(write(descriptor, bytes, bytes.count) == bytes.count)
        return path
    }

    private func bytes(of path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        var status = stat()
        try #require(fstat(descriptor, &status) == 0)
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        try #require(read(descriptor, &bytes, bytes.count) == bytes.count)
        return bytes
    }

    @Test func `a file that isn't there is named`() throws {
        let (cause, message) = try failure("/nowhere/plugin.so")
        #expect(cause == "no_file")
        #expect(message.contains("No such file"))
    }

    @Test func `a folder is no file`() throws {
        #expect(try failure(FixturePlugin.temporaryFolder()).cause == "no_file")
    }

    @Test func `text, an empty file and an ELF program are no plugins`() throws {
        #expect(try failure(file(Array("#!/bin/sh\n".utf8))).cause == "not_elf")
        #expect(try failure(file([])).cause == "not_elf")
        let object = try file(Array(bytes(of: FixturePlugin.path("no_symbol")).prefix(16)) + [1, 0])
        #expect(try failure(object).cause == "not_elf")
    }

    @Test func `a plugin that is cut short says so`() throws {
        let whole = try bytes(of: FixturePlugin.path("minimal"))
        for length in [40, 64, 700, whole.count / 2] {
            #expect(try failure(file(Array(whole.prefix(length)))).cause == "not_elf", "\(length) bytes")
        }
    }

    @Test func `a plugin for another machine names both`() throws {
        var copy = try bytes(of: FixturePlugin.path("minimal"))
        copy[18] = 243
        let (cause, message) = try failure(file(copy))
        #expect(cause == "wrong_architecture")
        #expect(message.contains("64-bit RISC-V"))
    }

    @Test func `a library that is missing is named`() throws {
        let folder = try FixturePlugin.temporaryFolder()
        let dependency = try FixturePlugin.path("dependency")
        let library = folder + "/libdependency-of-tests.so"
        try #require(link(dependency, library) == 0)
        let plugin = try FixturePlugin.path(
            "missing_dependency",
            linking: ["-L\(folder)", "-ldependency-of-tests", "-Wl,--no-as-needed"]
        )
        unlink(library)
        let (cause, message) = try failure(plugin)
        #expect(cause == "missing_dependency")
        #expect(message.contains("libdependency-of-tests.so"))
    }

    @Test func `a symbol that nobody defines is named`() throws {
        let (cause, message) = try failure(FixturePlugin.path("unresolved_symbol"))
        #expect(cause == "unresolved_symbol")
        #expect(message.contains("function_that_nobody_defines"))
    }

    @Test func `a library without the entry point is no plugin`() throws {
        let (cause, message) = try failure(FixturePlugin.path("no_symbol"))
        #expect(cause == "no_symbol")
        #expect(message.contains("dirty_app_v1"))
    }

    @Test func `another major version is named`() throws {
        let (cause, message) = try failure(FixturePlugin.path("wrong_major"))
        #expect(cause == "wrong_major")
        #expect(message.contains("dirty_app_v2"))
    }

    @Test func `a plugin that needs a newer host says which`() throws {
        let (cause, message) = try failure(FixturePlugin.path("newer_host"))
        #expect(cause == "newer_host_needed")
        #expect(message.contains("1.99"))
    }

    @Test(arguments: ["tiny_table", "no_handle", "no_table", "bad_manifest"])
    func `a table that can't be used is refused`(fixture: String) throws {
        #expect(try failure(FixturePlugin.path(fixture)).cause == "bad_table")
    }

    @Test func `an unknown flag among the high ones is refused, among the low ones ignored`() throws {
        let (cause, message) = try failure(FixturePlugin.path("unknown_flags"))
        #expect(cause == "unknown_flags")
        #expect(message.contains("0x8000000000000000"))
        let arbiter = try TestArbiter()
        #expect(try arbiter.load([("app", FixturePlugin.path("unknown_low_flags"), "null")])["type"] == "ready")
    }

    @Test func `what lies beyond a table's size isn't there, and what is longer is not looked at`() throws {
        let arbiter = try TestArbiter()
        let answer = try arbiter.load([
            ("short", FixturePlugin.path("short_table"), "null"), ("long", FixturePlugin.path("long_table"), "null"),
        ])
        #expect(answer["apps"]?.arrayValue?[0]["has_cancel"] == false)
        #expect(answer["apps"]?.arrayValue?[1]["abi_minor"] == 7)
        try arbiter.call("anything")
        #expect(try arbiter.reply().text == "null")
        arbiter.sayBye()
        #expect(try arbiter.exitStatus() == .exited(0))
    }

    @Test func `an exclusive app is alone or not at all`() throws {
        let exclusive = try FixturePlugin.path("exclusive")
        let arbiter = try TestArbiter()
        let answer = try arbiter.load([("one", FixturePlugin.path("minimal"), "null"), ("two", exclusive, "null")])
        #expect(answer["cause"] == "exclusive")
        #expect(answer["app"] == "two")
        #expect(answer["message"]?.stringValue?.contains("one") == true)
        let alone = try TestArbiter()
        #expect(try alone.load([("two", exclusive, "null")])["type"] == "ready")
    }

    @Test func `what open says is passed on`() throws {
        let config = #"{"open":"fail","open_message":"the model is missing\nor not readable"}"#
        let (cause, message) = try failure(FixturePlugin.faults(), config: config)
        #expect(cause == "open_failed")
        #expect(message.contains("the model is missing"))
    }

    @Test func `an app that fails has those before it closed`() throws {
        let arbiter = try TestArbiter()
        let faults = try FixturePlugin.faults()
        let answer = try arbiter.load([
            ("first", FixturePlugin.path("probe"), "null"), ("second", faults, #"{"open":"fail"}"#),
        ])
        #expect(answer["app"] == "second")
        #expect(try arbiter.exitStatus() == .exited(3))
        #expect(try arbiter.output.lines() == ["<6>[first] open", "<6>[first] close"])
    }

    @Test func `an open that hangs can be looked into`() throws {
        let arbiter = try TestArbiter()
        arbiter.startLoading(try FixturePlugin.faults(), config: #"{"open":"hang"}"#)
        var text = ""
        while !text.contains("libFaults.so") { text = try arbiter.trace(lane: 0) }
        #expect(text.contains("nanosleep"))
    }

    @Test(arguments: [
        "-Wl,--hash-style=sysv", "-Wl,--hash-style=gnu", "-Wl,--hash-style=both", "-Wl,--strip-all",
        "-fvisibility=hidden", "-Wl,-z,now,-z,relro", "-Wl,-z,noseparate-code",
    ])
    func `a plugin is found however it is linked`(option: String) throws {
        let source = FixturePlugin.repository + "/Tests/DirtyWorkerTests/Fixtures/minimal.c"
        let arbiter = try TestArbiter()
        try arbiter.loadReady(
            FixturePlugin.built(option, by: ["cc", "-shared", "-fPIC", FixturePlugin.include, source, option])
        )
        try arbiter.call("echo", "[1]")
        #expect(try arbiter.reply().text == "[1]")
    }

    @Test func `ready tells what there is of each app`() throws {
        let arbiter = try TestArbiter()
        let answer = try arbiter.load([
            ("f", FixturePlugin.faults(), "null"), ("p", FixturePlugin.path("probe"), "null"),
        ])
        let apps = try #require(answer["apps"]?.arrayValue)
        #expect(apps.map { $0["name"] } == ["f", "p"])
        #expect(apps.map { $0["plugin"] } == ["Faults", "Probe"])
        #expect(apps.map { $0["version"] } == ["1.0.0", "1"])
        #expect(apps.map { $0["has_cancel"] } == [false, true])
        #expect(apps.map { $0["flags"] } == [1, 1])
        #expect(apps[0]["manifest"]?["actions"]?.arrayValue?.contains(["name": "segv"]) == true)
        #expect(apps[1]["manifest"] == .null)
    }

    @Test func `the configuration reaches the plugin`() throws {
        let arbiter = try TestArbiter()
        try arbiter.loadReady(FixturePlugin.path("probe"), config: #"{"model":"größer","n":[1,2]}"#)
        #expect(try arbiter.result("config") == ["model": "größer", "n": [1, 2]])
    }
}
