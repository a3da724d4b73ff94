/// A JSON value that isn't what was asked for: what was expected, what came, and where inside the value.
struct ValueMismatch: Error {
    /// With an article: "an integer", "a string".
    let expected: String
    /// As a person would say it: `the string "abc"`, `the number 1.5`, `null`.
    let found: String
    /// The way from the outermost value to this one: `.items[2].name`; empty for the value itself.
    var path = ""
    /// A remedy or reason, where one can be named.
    var note: String?

    init(expected: String, found: String, path: String = "", note: String? = nil) {
        self.expected = expected
        self.found = found
        self.path = path
        self.note = note
    }

    /// The value at `cursor` isn't `expected`.
    init(expected: String, at cursor: JSONCursor, note: String? = nil) {
        self.init(expected: expected, found: cursor.description, note: note)
    }

    /// What an author's `init(from:)` threw: ours if it only passed it on, else in its own words.
    init(_ error: DecodingError) {
        let context: DecodingError.Context
        switch error {
        case .typeMismatch(_, let its), .valueNotFound(_, let its), .keyNotFound(_, let its), .dataCorrupted(let its):
            context = its
        @unknown default:
            self.init(expected: "decodable", found: "\(error)")
            return
        }
        if let mismatch = context.underlyingError as? ValueMismatch {
            self = mismatch
        } else {
            self.init(
                expected: "valid",
                found: "a value its type refused",
                path: context.codingPath.text,
                note: context.debugDescription
            )
        }
    }

    /// "should be an integer, got the string \"abc\"".
    var message: String {
        let place = path.isEmpty ? "" : "at \(path) "
        let reason = note.map { " (\($0))" } ?? ""
        return "\(place)should be \(expected), got \(found)\(reason)"
    }
}
