/// An app as somebody wrote it, before anybody has looked for its files.
struct AppEntry {
    /// Where it was written.
    let origin: Origin
    /// The name given to it; nil to take the file's.
    var name: String?
    /// A plugin, or a directory of them.
    var path: String
    /// Workers to host it; nil for all.
    var workers: Int?
    /// JSON text for the plugin.
    var config = "{}"
    var timeout: Duration??
    var streamTimeout: Duration??
    var environment: [String: String] = [:]
    var isIsolated = false
    var killsOnClientTimeout = false
    var killsOnDisconnect = false
    var stopsFirst = false
    var health: String??

    /// An app at `path`.
    init(origin: Origin, path: String) {
        self.origin = origin
        self.path = path
    }

    /// The app written as `PATH`, `PATH:N`, `NAME=PATH` or `NAME=PATH:N`: split at the first `=` and the last `:digits`.
    init(_ text: String, origin: Origin) throws(Mistake) {
        var path = text[...]
        self.origin = origin
        if let separator = text.firstIndex(of: "=") {
            name = try Self.name(String(text[..<separator]), of: text, origin)
            path = text[text.index(after: separator)...]
        }
        if let colon = path.lastIndex(of: ":") {
            let digits = path[path.index(after: colon)...]
            if !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
                workers = try Self.workers(String(digits), of: text, origin)
                path = path[..<colon]
            }
        }
        guard !path.isEmpty else {
            throw Mistake(origin: origin, message: "the app '\(text)' has no path; write PATH, PATH:N or NAME=PATH:N")
        }
        self.path = String(path)
    }

    /// A name that calls can use; `text` is the app it is written in.
    static func name(_ name: String, of text: String, _ origin: Origin) throws(Mistake) -> String {
        let isPlain = name.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F && $0 != "/" && $0 != "=" }
        guard !name.isEmpty, isPlain else {
            throw Mistake(
                origin: origin,
                message:
                    "'\(name)' in the app '\(text)' can't be its name: a name has no '/', no '=' and no white space"
                    + (name.contains("/") ? "; if it is part of the path, write NAME=\(text)" : "")
            )
        }
        return name
    }

    /// A number of workers; `text` is the app it is written in.
    static func workers(_ digits: String, of text: String, _ origin: Origin) throws(Mistake) -> Int {
        guard let workers = Int(digits), (1...4096).contains(workers) else {
            throw Mistake(
                origin: origin,
                message: "'\(digits)' in the app '\(text)' is not a number of workers from 1 to 4096"
            )
        }
        return workers
    }
}
