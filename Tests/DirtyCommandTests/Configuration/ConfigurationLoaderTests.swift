import ArgumentParser
import DirtyArbiter
import Testing

@testable import DirtyCommand

@Suite("The configuration from all sources")
struct ConfigurationLoaderTests {
    private func loaded(
        file: String? = nil,
        environment: [String: String] = [:],
        flags: [String] = [],
        apps: [String] = []
    ) throws -> ConfigurationLoader.Loaded {
        let folder = try Folder()
        var loader = ConfigurationLoader(environment: environment, apps: apps)
        // Without a file, a dirty.yaml in the working directory of the test run would be read.
        try folder.write(file ?? "", to: "dirty.yaml")
        loader.file = folder.path + "/dirty.yaml"
        loader.flags = try #require(Dirty.parseAsRoot(["serve"] + flags) as? ServeCommand).flags.given
        return loader.load()
    }

    @Test("the environment wins over the file, and flags over both")
    func precedence() throws {
        let file = "dirty_workers: 1\ndirty_threads: 1\ndirty_backlog: 1"
        let environment = ["DIRTY_THREADS": "2", "DIRTY_BACKLOG": "2", "DIRTY_TIMEOUT": "2"]
        let loaded = try loaded(file: file, environment: environment, flags: ["--dirty-backlog", "3"])
        #expect(loaded.mistakes.isEmpty)
        #expect(loaded.settings.arbiter.workers == 1)
        #expect(loaded.settings.arbiter.threads == 2)
        #expect(loaded.settings.arbiter.backlog == 3)
        #expect(loaded.settings.arbiter.timeout == .seconds(2))
    }

    @Test("apps on the command line take the place of those in the environment, and these of the file's")
    func appPrecedence() throws {
        let folder = try Folder()
        for name in ["libA.so", "libB.so", "libC.so"] { try folder.write("", to: name) }
        let file = "dirty_apps: [\(folder.path)/libA.so]"
        let environment = ["DIRTY_APPS": "\(folder.path)/libB.so:2,x=\(folder.path)/libA.so"]
        func names(_ loaded: ConfigurationLoader.Loaded) -> [String] { loaded.settings.arbiter.apps.map(\.name) }
        #expect(names(try loaded(file: file)) == ["A"])
        #expect(names(try loaded(file: file, environment: environment)) == ["B", "x"])
        #expect(names(try loaded(file: file, environment: environment, apps: ["\(folder.path)/libC.so"])) == ["C"])
    }

    @Test("every mistake of every source is told at once, each with its place")
    func mistakes() throws {
        let loaded = try loaded(
            file: "dirty_workers: x\ndirty_apps:\n  - /none/libA.so\ndirty_thread: 2\n",
            environment: ["DIRTY_TIMEOUT": "soon"],
            flags: ["--dirty-backlog", "0", "--socket", ""]
        )
        let file = try #require(loaded.file)
        #expect(
            loaded.mistakes.map(\.description) == [
                "\(file):1: dirty_workers: 'x' is not a whole number from 0 to 4096",
                "\(file):3: the plugin /none/libA.so can't be used: No such file or directory",
                "\(file):4: 'dirty_thread' is not a setting; did you mean 'dirty_threads'?",
                "DIRTY_TIMEOUT: 'soon' is not a number of seconds from 0 up",
                "--dirty-backlog: '0' is not a whole number from 1 to 1000000",
                "--socket: no value where a socket's path is expected",
            ]
        )
    }

    @Test("a variable that looks like a setting and isn't is warned of")
    func unknownVariable() throws {
        let loaded = try loaded(environment: ["DIRTY_WORKER": "4", "DIRTY_WORKERS": "", "OTHER": "1"])
        #expect(loaded.mistakes.isEmpty)
        #expect(loaded.warnings.map(\.description) == ["DIRTY_WORKER: is not a setting; did you mean DIRTY_WORKERS?"])
    }

    @Test("a frame that the memory budget can't hold is a mistake")
    func together() throws {
        let loaded = try loaded(flags: ["--dirty-memory-budget", "1MiB", "--dirty-max-frame", "2MiB"])
        #expect(loaded.mistakes.count == 1)
        #expect(
            loaded.mistakes.first?.message.hasPrefix(
                "dirty_max_frame (2097152) is more than dirty_memory_budget (1048576)"
            ) == true
        )
    }
}
