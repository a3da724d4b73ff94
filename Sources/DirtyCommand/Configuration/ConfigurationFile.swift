import Yams

/// What a configuration file says, and what is wrong in it.
struct ConfigurationFile {
    /// A setting's value, as it is written.
    struct Value {
        let setting: Setting
        let texts: [String]
        let origin: Origin
    }

    private(set) var values: [Value] = []
    /// The apps; nil if the file doesn't list any.
    private(set) var apps: [AppEntry]?
    private(set) var mistakes: [Mistake] = []

    private let path: String

    /// Reads the file at `path`.
    init(path: String) {
        self.path = path
        switch Files.read(path) {
        case .failure(let problem):
            mistakes.append(Mistake(origin: .file(path, line: nil), message: "can't be read: \(problem)"))
        case .success(let bytes):
            guard let text = String(validating: bytes, as: UTF8.self) else {
                mistakes.append(Mistake(origin: .file(path, line: nil), message: "is not UTF-8"))
                return
            }
            read(text)
        }
    }

    /// Reads `text` as if it stood in the file at `path`.
    init(text: String, path: String) {
        self.path = path
        read(text)
    }

    private mutating func read(_ text: String) {
        let yaml = YAMLText(text, path: path)
        mistakes += yaml.mistakes
        guard let root = yaml.root, root.isEmptyScalar == false else { return }
        guard case .mapping(let members) = root else {
            mistakes.append(
                Mistake(origin: origin(of: root), message: "a configuration is a list of 'setting: value' lines")
            )
            return
        }
        for (key, value) in members {
            read(key, value)
        }
    }

    private mutating func read(_ key: Node, _ value: Node) {
        guard let name = key.scalarText else {
            mistakes.append(Mistake(origin: origin(of: key), message: "a setting's name is a word"))
            return
        }
        guard !YAMLText.isDuplicate(name) else { return }
        if name == Setting.appsKey {
            readApps(value)
        } else if let setting = Setting.named(name) {
            readValue(setting, value, at: origin(of: key))
        } else {
            mistakes.append(.unknownKey(name, among: Setting.keys, at: origin(of: key)))
        }
    }

    private mutating func readValue(_ setting: Setting, _ value: Node, at origin: Origin) {
        switch value {
        case .scalar(let scalar):
            let texts = setting.isList ? setting.texts(of: scalar.string) : [scalar.string]
            values.append(Value(setting: setting, texts: texts, origin: origin))
        case .sequence(let elements) where setting.isList && elements.allSatisfy { $0.scalarText != nil }:
            values.append(Value(setting: setting, texts: elements.compactMap(\.scalarText), origin: origin))
        case .sequence, .mapping, .alias:
            let expected = setting.isList ? "a list of values" : "one value"
            mistakes.append(Mistake(origin: origin, message: "\(setting.key) takes \(expected)"))
        }
    }

    private mutating func readApps(_ value: Node) {
        guard case .sequence(let elements) = value else {
            mistakes.append(
                Mistake(
                    origin: origin(of: value),
                    message: "\(Setting.appsKey) is a list: a line '- PATH' for each app"
                )
            )
            return
        }
        var entries: [AppEntry] = []
        for element in elements {
            let origin = origin(of: element)
            if case .mapping(let members) = element {
                var reader = AppMappingReader(path: path, origin: origin)
                if let entry = reader.read(members) { entries.append(entry) }
                mistakes += reader.mistakes
            } else if let text = element.scalarText {
                do throws(Mistake) {
                    entries.append(try AppEntry(text, origin: origin))
                } catch {
                    mistakes.append(error)
                }
            } else {
                mistakes.append(Mistake(origin: origin, message: "an app is PATH, PATH:N, NAME=PATH:N or a mapping"))
            }
        }
        apps = entries
    }

    private func origin(of node: Node) -> Origin {
        .file(path, line: node.mark?.line)
    }
}

extension Mistake {
    /// `key` is none of `keys`.
    static func unknownKey(_ key: String, among keys: [String], at origin: Origin) -> Mistake {
        let hint = NearestKey.of(key, among: keys).map { "; did you mean '\($0)'?" } ?? ""
        return Mistake(origin: origin, message: "'\(key)' is not a setting\(hint)")
    }
}
