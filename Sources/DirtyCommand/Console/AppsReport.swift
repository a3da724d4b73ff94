import DirtyWire

/// What a host offers as people read it: its answer to `describe`.
struct AppsReport {
    let description: JSONValue
    let style: TextStyle

    /// The report, without a line break at its end.
    var text: String {
        let apps = description["apps"]?.arrayValue ?? []
        guard !apps.isEmpty else { return "no apps" }
        return apps.map { lines(of: $0).joined(separator: "\n") }.joined(separator: "\n\n")
    }

    private func lines(of app: JSONValue) -> [String] {
        let plugin = [app["plugin"], app["version"]].compactMap { $0?.stringValue }.joined(separator: " ")
        let facts = [plugin, app["concurrent"] == true ? "concurrent" : "", app["path"]?.stringValue ?? ""]
        let name = PrintableText.line(app["name"]?.stringValue ?? "?")
        let rest = PrintableText.line(facts.filter { !$0.isEmpty }.joined(separator: ", "))
        let actions = ActionReport.all(app["actions"] ?? .array([]))
        guard !actions.isEmpty else {
            return [
                "\(style.strong(name))  \(style.faint(rest))", "  its actions are not told: the plugin has no manifest",
            ]
        }
        return ["\(style.strong(name))  \(style.faint(rest))"] + actions.flatMap(\.lines).map { "  \($0)" }
    }
}
