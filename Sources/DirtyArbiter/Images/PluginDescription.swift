import DirtyWire

/// What a plugin says of itself without being opened, as a throw-away worker read it.
struct PluginDescription: Sendable {
    /// The plugin's own name, such as `echo`.
    let name: String
    /// The plugin's version.
    let version: String
    /// One instance takes many calls at once.
    let isConcurrent: Bool
    /// It needs a process of its own.
    let isExclusive: Bool
    /// Its actions and their parameters, or null.
    var manifest: JSONValue
    /// Libraries that it needs and finds by `$ORIGIN`; relative to its folder, and beginning with `..` if outside of it.
    let neighbours: [String]

    /// The names of its actions, as far as its manifest tells.
    var actions: Set<String> {
        switch manifest["actions"] {
        case .array(let actions): Set(actions.compactMap { $0["name"]?.stringValue ?? $0.stringValue })
        case .object(let actions): Set(actions.map(\.key))
        case .null, .bool, .int, .uint, .double, .string, nil: []
        }
    }

    /// Reads what `dirty-worker --describe` printed; nil if it isn't that.
    init?(_ value: JSONValue) {
        guard let name = value["name"]?.stringValue, let flags = value["flag_names"]?.arrayValue else { return nil }
        self.name = name
        version = value["version"]?.stringValue ?? ""
        isConcurrent = flags.contains(.string("concurrent"))
        isExclusive = flags.contains(.string("exclusive"))
        manifest = value["manifest"] ?? .null
        neighbours = (value["neighbours"]?.arrayValue ?? []).compactMap(\.stringValue)
    }
}
