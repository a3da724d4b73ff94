import Testing

@testable import DirtyCommand

@Suite("The configuration file")
struct ConfigurationFileTests {
    private func mistakes(_ text: String) -> [String] {
        ConfigurationFile(text: text, path: "dirty.yaml").mistakes.map(\.description)
    }

    @Test("settings are read with the lines they stand on")
    func values() {
        let file = ConfigurationFile(
            text: """
                # a comment
                dirty_workers: 4

                dirty_socket_mode: 0660
                dirty_allowed_uids: [0, "7"]
                """,
            path: "dirty.yaml"
        )
        #expect(file.mistakes.isEmpty)
        #expect(file.apps == nil)
        #expect(file.values.map(\.setting.key) == ["dirty_workers", "dirty_socket_mode", "dirty_allowed_uids"])
        #expect(file.values.map(\.texts) == [["4"], ["0660"], ["0", "7"]])
        #expect(file.values.map(\.origin.description) == ["dirty.yaml:2", "dirty.yaml:4", "dirty.yaml:5"])
    }

    @Test("an empty file says nothing, and nothing wrong", arguments: ["", "\n\n", "# only a comment\n", "---\n"])
    func empty(text: String) {
        let file = ConfigurationFile(text: text, path: "dirty.yaml")
        #expect(file.mistakes.isEmpty)
        #expect(file.values.isEmpty)
    }

    @Test(
        "an unknown key names its line and the nearest key",
        arguments: [
            ("dirty_wrokers: 4", "dirty.yaml:1: 'dirty_wrokers' is not a setting; did you mean 'dirty_workers'?"),
            ("\nworkers: 4", "dirty.yaml:2: 'workers' is not a setting; did you mean 'dirty_workers'?"),
            ("Dirty_Timeout: 4", "dirty.yaml:1: 'Dirty_Timeout' is not a setting; did you mean 'dirty_timeout'?"),
            ("loglevel: info", "dirty.yaml:1: 'loglevel' is not a setting; did you mean 'log_level'?"),
            ("apps: []", "dirty.yaml:1: 'apps' is not a setting; did you mean 'dirty_apps'?"),
        ]
    )
    func unknownKey(text: String, mistake: String) {
        #expect(mistakes(text) == [mistake])
    }

    @Test("a key that comes twice names both lines, and the rest is read on")
    func duplicateKey() {
        let text = """
            dirty_workers: 1
            "dirty_threads": 2
            dirty_workers: 3
            dirty_threads : 4
            dirty_thread: 5
            """
        #expect(
            mistakes(text).sorted() == [
                "dirty.yaml:3: dirty_workers is set a second time; the first is on line 1",
                "dirty.yaml:4: dirty_threads is set a second time; the first is on line 2",
                "dirty.yaml:5: 'dirty_thread' is not a setting; did you mean 'dirty_threads'?",
            ]
        )
    }

    @Test("a key that comes twice in an app is told like any other")
    func duplicateAppKey() {
        let text = """
            dirty_apps:
              - path: a
                workers: 1
                workers: 2
            """
        #expect(mistakes(text) == ["dirty.yaml:4: workers is set a second time; the first is on line 3"])
    }

    @Test(
        "what is no YAML, or no mapping, is told with its line",
        arguments: [
            ("a: [", "dirty.yaml:2: not YAML: "),
            ("- a", "dirty.yaml:1: a configuration is a list of 'setting: value' lines"),
            ("text", "dirty.yaml:1: a configuration is"), ("dirty_workers: 1\n\tx: 2", "dirty.yaml:2: not YAML: "),
            ("---\na: 1\n---\nb: 2", "not YAML: "),
        ]
    )
    func notYAML(text: String, mistake: String) {
        let mistakes = mistakes(text)
        #expect(mistakes.count == 1)
        #expect(mistakes.first?.contains(mistake) == true, "\(mistakes)")
    }

    @Test(
        "a list or mapping where one value belongs is told",
        arguments: [
            ("dirty_workers: [1]", "dirty.yaml:1: dirty_workers takes one value"),
            ("dirty_workers: {a: 1}", "dirty.yaml:1: dirty_workers takes one value"),
            ("dirty_allowed_uids: {a: 1}", "dirty.yaml:1: dirty_allowed_uids takes a list of values"),
            ("dirty_apps: x.so", "dirty.yaml:1: dirty_apps is a list: a line '- PATH' for each app"),
            ("dirty_apps: [[a]]", "dirty.yaml:1: an app is PATH, PATH:N, NAME=PATH:N or a mapping"),
        ]
    )
    func wrongKind(text: String, mistake: String) {
        #expect(mistakes(text) == [mistake])
    }

    @Test("an app written as a mapping has all it says")
    func appMapping() throws {
        let file = ConfigurationFile(
            text: """
                dirty_apps:
                  - libA.so:2
                  - name: search
                    path: libB.so
                    workers: 3
                    config:
                      database: "/var/x.db"
                      limits: [1, 2.5, true, null, "7"]
                    timeout: 1.5
                    stream_timeout: 0
                    env: {MODEL: small, THREADS: 4}
                    isolation: app
                    kill_on: [client_timeout, disconnect]
                    reload: stop-first
                    health: ready
                  - {path: libC.so, health: false}
                """,
            path: "dirty.yaml"
        )
        #expect(file.mistakes.isEmpty)
        let apps = try #require(file.apps)
        #expect(apps.map(\.path) == ["libA.so", "libB.so", "libC.so"])
        #expect(apps.map(\.origin.description) == ["dirty.yaml:2", "dirty.yaml:3", "dirty.yaml:16"])
        let search = apps[1]
        #expect(search.name == "search")
        #expect(search.workers == 3)
        #expect(search.config == #"{"database":"/var/x.db","limits":[1,2.5,true,null,"7"]}"#)
        #expect(search.timeout == .some(.milliseconds(1500)))
        #expect(search.streamTimeout == .some(nil))
        #expect(search.environment == ["MODEL": "small", "THREADS": "4"])
        #expect(search.isIsolated)
        #expect(search.killsOnClientTimeout)
        #expect(search.killsOnDisconnect)
        #expect(search.stopsFirst)
        #expect(search.health == .some("ready"))
        #expect(apps[0].health == .none)
        #expect(apps[2].health == .some(nil))
    }

    @Test("every mistake in an app is told at once")
    func appMistakes() {
        let text = """
            dirty_apps:
              - {name: "a/b", path: x}
              - pth: x
                workers: 0
                timeout: soon
                env: [1]
                kill_on: [never]
                isolation: some
                config: .nan
                reload: never
              - =x
            """
        #expect(
            mistakes(text) == [
                "dirty.yaml:2: name: 'a/b' is not a name, which has no '/', no '=' and no white space",
                "dirty.yaml:3: 'pth' is not a setting; did you mean 'path'?",
                "dirty.yaml:4: workers: '0' is not a whole number from 1 to 4096",
                "dirty.yaml:5: timeout: 'soon' is not a number of seconds from 0 up",
                "dirty.yaml:6: env: 'a list' is not a mapping of variables to values",
                "dirty.yaml:7: kill_on: 'never' is not client_timeout or disconnect",
                "dirty.yaml:8: isolation: 'some' is not shared or app",
                "dirty.yaml:9: config: 'this' is not something that JSON can say",
                "dirty.yaml:10: reload: 'never' is not start-first or stop-first",
                "dirty.yaml:3: the app has no 'path'",
                "dirty.yaml:11: '' in the app '=x' can't be its name: a name has no '/', no '=' and no white space",
            ]
        )
    }

    @Test("a file that isn't there, or isn't text, is told")
    func unreadable() throws {
        let folder = try Folder()
        #expect(
            ConfigurationFile(path: folder.path + "/none.yaml").mistakes.map(\.description)
                == ["\(folder.path)/none.yaml: can't be read: No such file or directory"]
        )
        try folder.write([0x61, 0xFF], to: "binary.yaml")
        #expect(
            ConfigurationFile(path: folder.path + "/binary.yaml").mistakes.map(\.description)
                == ["\(folder.path)/binary.yaml: is not UTF-8"]
        )
    }
}
