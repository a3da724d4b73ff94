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
        lines += Self.named(actions).flatMap(Self.action)
        return lines.joined(separator: "\n")
    }

    /// Actions and parameters come as a list with names in it, or as a mapping of names.
    private static func named(_ value: JSONValue) -> [(name: String, value: JSONValue)] {
        switch value {
        case .array(let elements):
            elements.map { ($0["name"]?.stringValue ?? $0.stringValue ?? "?", $0) }
        case .object(let members):
            members.map { ($0.key, $0.value) }
        case .null, .bool, .int, .uint, .double, .string:
            []
        }
    }

    private static func action(_ name: String, _ action: JSONValue) -> [String] {
        let parameters = named(action["parameters"] ?? .array([])).map(parameter)
        let streams = action["streams"]?.boolValue ?? action["stream"]?.boolValue ?? false
        let signature = "  \(name)(\(parameters.joined(separator: ", ")))\(streams ? " -> stream" : "")"
        let documentation = action["doc"]?.stringValue ?? action["description"]?.stringValue ?? ""
        return [signature] + documentation.split(separator: "\n").map { "      \($0)" }
    }

    private static func parameter(_ name: String, _ parameter: JSONValue) -> String {
        let type = parameter["type"].map { ": \(text($0))" } ?? ""
        let isOptional = parameter["optional"]?.boolValue == true || parameter["required"]?.boolValue == false
        if let value = parameter["default"] { return "\(name)\(type) = \(value)" }
        return "\(name)\(type)\(isOptional ? "?" : "")"
    }

    private static func text(_ value: JSONValue?) -> String {
        switch value {
        case nil, .null: "-"
        case .string(let text): text
        case .some(let value): value.description
        }
    }
}
