import DirtyWire

/// A plugin's description as people read it.
struct PluginReport {
    let description: JSONValue

    init(_ description: JSONValue) {
        self.description = description
    }

    /// The report, without a line break at its end.
    var text: String {
        let flags = (description["flag_names"]?.arrayValue ?? []).compactMap(\.stringValue)
        let abi = "\(Self.text(description["abi_major"])).\(Self.text(description["abi_minor"]))"
        var lines = [
            "\(Self.text(description["name"])) \(Self.text(description["version"]))",
            "ABI      \(abi)",
            "flags    \(flags.isEmpty ? "none" : flags.joined(separator: ", "))",
        ]
        guard let actions = description["manifest"]?["actions"] else {
            return (lines + ["actions  not told: the plugin has no manifest"]).joined(separator: "\n")
        }
        lines.append("actions")
        lines += ActionReport.all(actions).flatMap(\.lines).map { "  \($0)" }
        return lines.joined(separator: "\n")
    }

    private static func text(_ value: JSONValue?) -> String {
        switch value {
        case nil, .null: "-"
        case .string(let text): text
        case .some(let value): value.description
        }
    }
}
