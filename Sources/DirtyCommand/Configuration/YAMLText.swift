import Yams

/// Composes YAML so that every node knows its line, and tells of mistakes in YAML itself.
struct YAMLText {
    /// The document; nil if it is empty, or too wrong to be read.
    private(set) var root: Node?
    private(set) var mistakes: [Mistake] = []

    private let path: String

    /// Stands before the second of two keys alike, so that the rest of the file is still read.
    ///
    /// It is of the private use area, with which no key begins.
    private static let duplicateMark: Character = "\u{E000}"

    /// Reads `text`, which came from the file at `path`.
    init(_ text: String, path: String) {
        self.path = path
        var text = text
        while true {
            do {
                root = try Yams.compose(yaml: text)
                return
            } catch let error as YamlError {
                guard case .duplicatedKeysInMapping(let keys, let context) = error,
                    let renamed = rename(keys, in: text, from: context.mark)
                else {
                    mistakes.append(Self.mistake(error, path))
                    return
                }
                text = renamed
            } catch {
                mistakes.append(Mistake(origin: .file(path, line: nil), message: "\(error)"))
                return
            }
        }
    }

    /// Whether `key` came a second time, and has been told of.
    static func isDuplicate(_ key: String) -> Bool {
        key.first == duplicateMark
    }

    /// Tells of the second place where one of `keys` stands, and gives the text with that one renamed; nil if it isn't found,
    /// as when several stand on one line.
    private mutating func rename(_ keys: [String], in text: String, from mark: Mark) -> String? {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.indices.contains(mark.line - 1) else { return nil }
        func key(on line: String) -> (name: String, start: String.Index)? {
            guard line.unicodeScalars.count >= mark.column else { return nil }
            var start = line.unicodeScalars.index(line.startIndex, offsetBy: mark.column - 1)
            guard line[..<start].allSatisfy({ $0 == " " || $0 == "-" }) else { return nil }
            if start < line.endIndex, line[start] == "\"" || line[start] == "'" { start = line.index(after: start) }
            guard let name = keys.first(where: { line[start...].hasPrefix($0) }) else { return nil }
            let rest = line[start...].dropFirst(name.count).drop { $0 == "\"" || $0 == "'" || $0 == " " }
            return rest.first == ":" ? (name, start) : nil
        }
        guard let first = key(on: lines[mark.line - 1]) else { return nil }
        for index in mark.line..<lines.count {
            guard let second = key(on: lines[index]), second.name == first.name else { continue }
            lines[index].insert(Self.duplicateMark, at: second.start)
            mistakes.append(
                Mistake(
                    origin: .file(path, line: index + 1),
                    message: "\(first.name) is set a second time; the first is on line \(mark.line)"
                )
            )
            return lines.joined(separator: "\n")
        }
        return nil
    }

    private static func mistake(_ error: YamlError, _ path: String) -> Mistake {
        let (line, message): (Int?, String) =
            switch error {
            case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
                .composer(let context, let problem, let mark, _):
                (mark.line, "not YAML: " + (context.map { "\($0.text) (line \($0.mark.line)): " } ?? "") + problem)
            case .duplicatedKeysInMapping(let keys, let context):
                (context.mark.line, "set twice: " + keys.joined(separator: ", "))
            case .reader(let problem, _, _, _), .writer(let problem), .emitter(let problem), .representer(let problem):
                (nil, "not YAML: \(problem)")
            case .no, .memory, .dataCouldNotBeDecoded:
                (nil, "can't be read: \(error)")
            }
        return Mistake(origin: .file(path, line: line), message: message)
    }
}
