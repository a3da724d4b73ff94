import DirtyClient

/// What a shell may complete, as the running host tells it; nothing if there is none, or it is slow to answer.
enum HostCompletion {
    /// Longer than that nobody wants to wait for a key.
    private static let patience = Duration.milliseconds(500)

    /// Apps that the host has.
    @Sendable static func apps(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
        names(description(for: TypedWords(words)))
    }

    /// Actions of the app on the command line.
    @Sendable static func actions(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
        let typed = TypedWords(words)
        guard let app = typed.app else { return [] }
        return actions(description(for: typed, app: app)).map(\.name)
    }

    /// Names of the parameters of the action on the command line, with what follows them in `--kw NAME=VALUE`.
    @Sendable static func parameters(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
        let typed = TypedWords(words)
        guard let app = typed.app, let name = typed.action else { return [] }
        return parameters(description(for: typed, app: app), of: name)
    }

    /// The names of the apps in a host's description.
    static func names(_ description: JSONValue) -> [String] {
        (description["apps"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
    }

    /// The actions of the one app in a host's description.
    static func actions(_ description: JSONValue) -> [ActionReport] {
        ActionReport.all(description["apps"]?.arrayValue?.first?["actions"] ?? .array([]))
    }

    /// What may begin a `--kw` for an action of the one app in a host's description.
    static func parameters(_ description: JSONValue, of action: String) -> [String] {
        actions(description).first { $0.name == action }?.parameterNames.map { "\($0)=" } ?? []
    }

    private static func description(for typed: TypedWords, app: String? = nil) -> JSONValue {
        let location = typed.socket.map(HostLocation.init(path:)) ?? .standard
        let client = BlockingDirtyClient(location: location, retry: .none)
        return (try? client.describe(app, timeout: patience)) ?? .null
    }
}
