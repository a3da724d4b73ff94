import DirtyWire
import Yams

/// Reads an app written as a mapping, with all its mistakes.
struct AppMappingReader {
    private(set) var mistakes: [Mistake] = []
    private let path: String
    private let origin: Origin

    /// The keys an app may have.
    static let keys = [
        "name", "path", "workers", "config", "timeout", "stream_timeout", "env", "isolation", "kill_on", "reload",
        "health",
    ]

    /// A reader for a mapping that begins at `origin` in the file at `path`.
    init(path: String, origin: Origin) {
        self.path = path
        self.origin = origin
    }

    /// The app; nil if it has no path.
    ///
    /// Mistakes in its other members don't keep it from being looked for.
    mutating func read(_ members: Node.Mapping) -> AppEntry? {
        var entry = AppEntry(origin: origin, path: "")
        for (key, value) in members {
            let place = Origin.file(path, line: key.mark?.line)
            guard let name = key.scalarText, Self.keys.contains(name) else {
                let name = key.scalarText ?? "a list"
                if !YAMLText.isDuplicate(name) { mistakes.append(.unknownKey(name, among: Self.keys, at: place)) }
                continue
            }
            do throws(SettingProblem) {
                try set(name, value, &entry)
            } catch {
                mistakes.append(Mistake(origin: place, message: "\(name): \(error.message)"))
            }
        }
        guard !entry.path.isEmpty else {
            mistakes.append(Mistake(origin: origin, message: "the app has no 'path'"))
            return nil
        }
        return entry
    }

    private func set(_ key: String, _ value: Node, _ entry: inout AppEntry) throws(SettingProblem) {
        switch key {
        case "name":
            let name = try scalar(value)
            do throws(Mistake) {
                entry.name = try AppEntry.name(name, of: name, origin)
            } catch {
                throw SettingProblem(name, expected: "a name, which has no '/', no '=' and no white space")
            }
        case "path": entry.path = try SettingText.text(try scalar(value), "a plugin's path")
        case "workers": entry.workers = try SettingText.count(try scalar(value), 1...4096)
        case "timeout": entry.timeout = .some(try SettingText.optionalSeconds(try scalar(value)))
        case "stream_timeout": entry.streamTimeout = .some(try SettingText.optionalSeconds(try scalar(value)))
        case "isolation":
            entry.isIsolated = try SettingText.choice(try scalar(value), [("shared", false), ("app", true)])
        case "reload":
            entry.stopsFirst = try SettingText.choice(
                try scalar(value),
                [("start-first", false), ("stop-first", true)]
            )
        case "health":
            entry.health = .some(try health(try scalar(value)))
        case "config":
            guard let json = value.json else { throw SettingProblem("this", expected: "something that JSON can say") }
            entry.config = json.description
        case "env": entry.environment = try environment(value)
        default: try setKillOn(value, &entry)
        }
    }

    /// The action that `text` names; nil for none.
    private func health(_ text: String) throws(SettingProblem) -> String? {
        switch text {
        case "false": nil
        case "true": "health"
        default: try SettingText.text(text, "an action's name, or false")
        }
    }

    private func scalar(_ value: Node) throws(SettingProblem) -> String {
        guard let text = value.scalarText else { throw SettingProblem("a list or mapping", expected: "one value") }
        return text
    }

    private func environment(_ value: Node) throws(SettingProblem) -> [String: String] {
        guard case .mapping(let members) = value else {
            throw SettingProblem(value.scalarText ?? "a list", expected: "a mapping of variables to values")
        }
        var environment: [String: String] = [:]
        for (key, value) in members {
            guard let name = key.scalarText, !name.isEmpty, !name.contains("="), let text = value.scalarText else {
                throw SettingProblem(key.scalarText ?? "a list", expected: "a variable with one value")
            }
            environment[name] = text
        }
        return environment
    }

    private func setKillOn(_ value: Node, _ entry: inout AppEntry) throws(SettingProblem) {
        let words: [String]
        if case .sequence(let elements) = value {
            words = elements.map { $0.scalarText ?? "" }
        } else {
            words = [try scalar(value)]
        }
        for word in words {
            switch word {
            case "client_timeout": entry.killsOnClientTimeout = true
            case "disconnect": entry.killsOnDisconnect = true
            default: throw SettingProblem(word, expected: "client_timeout or disconnect")
            }
        }
    }
}
