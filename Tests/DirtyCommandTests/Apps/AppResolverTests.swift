import DirtyArbiter
import DirtyWire
import Testing

@testable import DirtyCommand

@Suite("Apps and their files")
struct AppResolverTests {
    private func resolve(_ texts: String...) throws -> AppResolver {
        AppResolver(try texts.map { try AppEntry($0, origin: .argument) })
    }

    @Test(
        "the default name is the file's, without lib and extension",
        arguments: [
            ("libEcho.so", "Echo"), ("/a/b/libText.Search.so", "Text.Search"), ("plugins/echo.so", "echo"),
            ("libx.so.1.2", "x"), ("ffi/zlib.json", "zlib"), ("libm.json", "m"),
            ("lib.so", "lib"), ("x.so.d/library", "rary"), ("plain", "plain"), ("a.sound", "a.sound"),
        ]
    )
    func defaultName(path: String, name: String) {
        #expect(AppResolver.defaultName(of: path) == name)
    }

    @Test("a directory stands for every plugin in it, in order, with what is said of it")
    func directory() throws {
        let folder = try Folder()
        for name in ["libB.so", "libA.so", "notes.txt", "deep/libC.so"] { try folder.write("", to: "p/" + name) }
        let resolver = try resolve("\(folder.path)/p:2")
        #expect(resolver.mistakes.isEmpty)
        #expect(resolver.apps.map(\.name) == ["A", "B"])
        #expect(resolver.apps.map(\.path) == ["\(folder.path)/p/libA.so", "\(folder.path)/p/libB.so"])
        #expect(resolver.apps.map(\.workers) == [2, 2])
    }

    @Test("two apps of one name are refused, naming both")
    func duplicates() throws {
        let folder = try Folder()
        for name in ["a/libX.so", "b/libX.so", "b/libY.so"] { try folder.write("", to: name) }
        let resolver = try resolve("\(folder.path)/a/libX.so", "\(folder.path)/b/", "X=\(folder.path)/b/libY.so")
        #expect(
            resolver.mistakes.map(\.message) == [
                "two apps are called 'X': \(folder.path)/a/libX.so and \(folder.path)/b/libX.so; give one of them another name by NAME=PATH",
                "two apps are called 'X': \(folder.path)/a/libX.so and \(folder.path)/b/libY.so; give one of them another name by NAME=PATH",
            ]
        )
    }

    @Test("the same plugin may be hosted twice under two names")
    func twice() throws {
        let folder = try Folder()
        try folder.write("", to: "libX.so")
        let resolver = try resolve("\(folder.path)/libX.so", "Y=\(folder.path)/libX.so")
        #expect(resolver.mistakes.isEmpty)
        #expect(resolver.apps.map(\.name) == ["X", "Y"])
    }

    @Test("what can't be hosted is told")
    func mistakes() throws {
        let folder = try Folder()
        try folder.write("", to: "empty/notes.txt")
        try folder.write("{}", to: "ffi/m.json")
        let resolver = try resolve(
            "\(folder.path)/none.so",
            "\(folder.path)/none.so:many",
            "\(folder.path)/empty",
            "x=\(folder.path)/ffi",
            "\(folder.path)/ffi",
            "\(folder.path)/ffi/m.json",
            "/dev/null"
        )
        #expect(resolver.apps.isEmpty)
        #expect(
            resolver.mistakes.map(\.message) == [
                "the plugin \(folder.path)/none.so can't be used: No such file or directory",
                "the plugin \(folder.path)/none.so:many can't be used: No such file or directory (a number of workers is written PATH:DIGITS)",
                "\(folder.path)/ffi is a directory, and its plugins can't all be called 'x'; leave the name out",
                "\(folder.path)/ffi/m.json is no manifest for the FFI plugin: it has no member \"dirty_ffi\" (see docs/ffi.md)",
                "/dev/null is neither a file nor a directory",
            ]
        )
    }

    @Test("an empty directory is warned of, as plugins may be put into it later")
    func emptyDirectory() throws {
        let folder = try Folder()
        try folder.write("", to: "empty/notes.txt")
        let resolver = try resolve("\(folder.path)/empty")
        #expect(resolver.apps.isEmpty)
        #expect(resolver.mistakes.isEmpty)
        #expect(resolver.warnings.map(\.message).first?.contains("holds no plugin") == true)
        #expect(resolver.directories == ["\(folder.path)/empty"])
    }

    @Test("plugins of a directory are known to be of it, and those named are not")
    func fromDirectory() throws {
        let folder = try Folder()
        try folder.write("", to: "d/libA.so")
        let resolver = try resolve("\(folder.path)/d", "b=\(folder.path)/d/libA.so")
        #expect(resolver.apps.map(\.isFromDirectory) == [true, false])
    }

    @Test("a manifest of a C library is an app of the FFI plugin, with the manifest as its configuration")
    func manifest() throws {
        let folder = try Folder()
        try folder.write(
            """
            {"dirty_ffi": 1, "libraries": {"m": {"soname": "libm.so.6"}, "own": {"path": "lib/libown.so"}}, "functions": {
              "pow": {"lib": "m", "params": [{"name": "x", "type": "f64"}, {"name": "y", "type": "f64"}], "result": {"type": "f64"}}
            }}
            """,
            to: "maths.json"
        )
        let resolver = try resolve("\(folder.path):2")
        #expect(resolver.mistakes.isEmpty)
        let app = try #require(resolver.apps.first)
        #expect(app.name == "maths")
        #expect(app.path == "\(folder.path)/maths.json")
        #expect(app.pluginPath?.hasSuffix("/libFFI.so") == true)
        #expect(app.workers == 2)
        let config = try JSONValue(parsing: app.config)
        #expect(config["functions"]?["pow"]?["lib"] == "m")
        #expect(config["libraries"]?["own"]?["path"] == .string("\(folder.path)/lib/libown.so"))
        #expect(try JSONValue(parsing: app.manifest ?? "")["actions"]?.arrayValue?.first?["name"] == "pow")
    }

    @Test("a manifest's mistakes are told with their places, and so are those of a config that changes it")
    func manifestMistakes() throws {
        let folder = try Folder()
        try folder.write(#"{"dirty_ffi": 1, "libraries": {}, "functions": {}}"#, to: "empty.json")
        try folder.write("{\"dirty_ffi\": 1,}", to: "broken.json")
        var entry = try AppEntry("\(folder.path)/empty.json", origin: .argument)
        entry.config = "[1]"
        let resolver = AppResolver([
            try AppEntry("\(folder.path)/empty.json", origin: .argument),
            try AppEntry("\(folder.path)/broken.json", origin: .argument),
            entry,
        ])
        #expect(resolver.apps.isEmpty)
        #expect(
            resolver.mistakes.map(\.message) == [
                "\(folder.path)/empty.json: /functions: has no function, so there is nothing to call",
                "\(folder.path)/broken.json: byte 16 is '}' where a member's name is expected",
                "the config of \(folder.path)/empty.json is no mapping; it says what is different in the manifest",
            ]
        )
    }
}
