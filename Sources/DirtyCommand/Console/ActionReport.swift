import DirtyWire

/// An action of a plugin's manifest as people read it.
///
/// Manifests of plugins that no SDK of ours made are taken as they come: what is missing in them is left out here.
struct ActionReport {
    /// The action's name.
    let name: String
    private let action: JSONValue

    /// How many characters of a default are shown.
    private static let longestDefault = 40

    /// The actions of a manifest, which come as a list with names in it, or as a mapping of names.
    static func all(_ actions: JSONValue) -> [ActionReport] {
        named(actions).map { ActionReport(name: $0.name, action: $0.value) }
    }

    /// The names of its parameters.
    var parameterNames: [String] {
        parameters.map(\.name)
    }

    /// Its signature; below it what is said of it and of its parameters.
    var lines: [String] {
        var lines = [signature]
        lines += Self.documentation(action).split(separator: "\n").map { "    \($0)" }
        let documented = parameters.filter { !Self.documentation($0.value).isEmpty }
        let width = documented.map(\.name.count).max() ?? 0
        for (name, parameter) in documented {
            var indent = name + String(repeating: " ", count: width - name.count)
            for line in Self.documentation(parameter).split(separator: "\n") {
                lines.append("    \(indent)  \(line)")
                indent = String(repeating: " ", count: width)
            }
        }
        return lines.map(PrintableText.line)
    }

    private var parameters: [(name: String, value: JSONValue)] {
        Self.named(action["parameters"] ?? .array([]))
    }

    private var signature: String {
        let list = parameters.map(Self.parameter).joined(separator: ", ")
        let streams = action["streams"]?.boolValue ?? action["stream"]?.boolValue ?? false
        switch (streams, action["returns"]?.stringValue) {
        case (true, let type?): return "\(name)(\(list)) -> stream of \(type)"
        case (true, nil): return "\(name)(\(list)) -> stream"
        case (false, let type?): return "\(name)(\(list)) -> \(type)"
        case (false, nil): return "\(name)(\(list))"
        }
    }

    private static func parameter(_ name: String, _ parameter: JSONValue) -> String {
        let type = parameter["type"].map { ": \($0.stringValue ?? $0.description)" } ?? ""
        let isOptional = parameter["optional"]?.boolValue == true || parameter["required"]?.boolValue == false
        if let value = parameter["default"] {
            return "\(name)\(type) = \(value.description.cut(to: longestDefault))"
        }
        return "\(name)\(type)\(isOptional ? "?" : "")"
    }

    private static func documentation(_ value: JSONValue) -> String {
        value["doc"]?.stringValue ?? value["description"]?.stringValue ?? ""
    }

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
}
