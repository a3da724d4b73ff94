import DirtyArbiter
import Glibc

/// Puts together what file, environment and command line say; the latter win.
struct ConfigurationLoader {
    /// The file named by `--config`; nil to read `dirty.yaml` in the working directory if it is there.
    var file: String?
    /// The environment's variables by name.
    var environment: [String: String] = [:]
    /// Settings given by flags, as written.
    var flags: [(setting: Setting, flag: String, text: String)] = []
    /// Apps given on the command line; if there are any, they take the place of all others.
    var apps: [String] = []

    /// The file read when none is named.
    static let defaultFile = "dirty.yaml"

    /// What came of it.
    struct Loaded {
        /// The settings; meaningful only without mistakes.
        var settings = ServeSettings()
        /// Everything that is wrong.
        var mistakes: [Mistake] = []
        /// What is likely wrong, yet not surely.
        var warnings: [Mistake] = []
        /// The file that was read, if any.
        var file: String?
    }

    /// Reads all sources.
    func load() -> Loaded {
        var loaded = Loaded()
        var entries = readFile(&loaded)
        readEnvironment(&loaded, &entries)
        for flag in flags {
            let texts = flag.setting.texts(of: flag.text)
            apply(flag.setting, texts, at: .flag(flag.flag), &loaded)
        }
        if !apps.isEmpty { entries = read(apps, at: .argument, &loaded) }
        let resolver = AppResolver(entries)
        loaded.settings.arbiter.apps = resolver.apps
        loaded.settings.arbiter.pluginDirectories = resolver.directories
        loaded.mistakes += resolver.mistakes
        loaded.warnings += resolver.warnings
        checkTogether(&loaded)
        loaded.mistakes = Self.inReadingOrder(loaded.mistakes)
        return loaded
    }

    private func readFile(_ loaded: inout Loaded) -> [AppEntry] {
        guard let path = file ?? (access(Self.defaultFile, F_OK) == 0 ? Self.defaultFile : nil) else { return [] }
        loaded.file = path
        let file = ConfigurationFile(path: path)
        loaded.mistakes += file.mistakes
        for value in file.values {
            apply(value.setting, value.texts, at: value.origin, &loaded)
        }
        return file.apps ?? []
    }

    private func readEnvironment(_ loaded: inout Loaded, _ entries: inout [AppEntry]) {
        for setting in Setting.all {
            guard let text = environment[setting.environment], !text.isEmpty else { continue }
            apply(setting, setting.texts(of: text), at: .environment(setting.environment), &loaded)
        }
        let appsName = Setting.appsKey.uppercased()
        if let text = environment[appsName], !text.isEmpty {
            let texts = text.split(separator: ",").map(String.init)
            entries = read(texts, at: .environment(appsName), &loaded)
        }
        let known = Setting.all.map(\.environment) + [appsName, FFIPlugin.variable]
        for name in environment.keys.sorted() where name.hasPrefix("DIRTY_") && !known.contains(name) {
            let nearest = NearestKey.of(name.lowercased(), among: known.map { $0.lowercased() })?.uppercased() ?? ""
            loaded.warnings.append(
                Mistake(origin: .environment(name), message: "is not a setting; did you mean \(nearest)?")
            )
        }
    }

    private func read(_ texts: [String], at origin: Origin, _ loaded: inout Loaded) -> [AppEntry] {
        var entries: [AppEntry] = []
        for text in texts {
            do throws(Mistake) {
                entries.append(try AppEntry(text, origin: origin))
            } catch {
                loaded.mistakes.append(error)
            }
        }
        return entries
    }

    private func apply(_ setting: Setting, _ texts: [String], at origin: Origin, _ loaded: inout Loaded) {
        do throws(SettingProblem) {
            try setting.apply(texts, &loaded.settings)
        } catch {
            // In a file the line alone doesn't say which setting is meant.
            let name = if case .file = origin { "\(setting.key): " } else { "" }
            loaded.mistakes.append(Mistake(origin: origin, message: name + error.message))
        }
    }

    /// Those of the file first, by line; a line's own and all others in the order they were found.
    private static func inReadingOrder(_ mistakes: [Mistake]) -> [Mistake] {
        func line(_ mistake: Mistake) -> Int {
            if case .file(_, let line) = mistake.origin { line ?? 0 } else { .max }
        }
        return mistakes.enumerated()
            .sorted { (line($0.element), $0.offset) < (line($1.element), $1.offset) }
            .map(\.element)
    }

    /// What is wrong only in combination.
    private func checkTogether(_ loaded: inout Loaded) {
        let arbiter = loaded.settings.arbiter
        if arbiter.maxFrameBytes > arbiter.memoryBudgetBytes {
            loaded.mistakes.append(
                Mistake(
                    origin: .file(loaded.file ?? "configuration", line: nil),
                    message: "dirty_max_frame (\(arbiter.maxFrameBytes)) is more than dirty_memory_budget "
                        + "(\(arbiter.memoryBudgetBytes)) could ever hold; raise the latter"
                )
            )
        }
    }
}
