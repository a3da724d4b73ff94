import ArbiterCore
import DirtyWire

extension AppCatalogue {
    /// What `describe` answers.
    func descriptions(of apps: [AppID]? = nil) -> JSONValue {
        let chosen = apps ?? hosted
        let values: [JSONValue] = chosen.map { app in
            let entry = entries[app.rawValue]
            return [
                "name": .string(entry.specification.name),
                "path": .string(entry.specification.path),
                "plugin": .string(entry.description.name),
                "version": .string(entry.description.version),
                "concurrent": .bool(entry.description.isConcurrent),
                "actions": entry.description.manifest["actions"] ?? .array([]),
            ]
        }
        return ["apps": .array(values)]
    }

    /// The error of a call for an app that isn't there; names those that are.
    func notFound(_ appPath: String, action: String?) -> ErrorReply {
        let names = hosted.map(name)
        let shown = names.prefix(20).joined(separator: ", ") + (names.count > 20 ? ", …" : "")
        var details: JSONObject = ["app_path": .string(appPath)]
        if let action { details["action"] = .string(action) }
        return ErrorReply(
            .appNotFound,
            "there is no app \(appPath) here; there \(names.count == 1 ? "is" : "are") \(names.isEmpty ? "none" : shown)",
            executed: .no,
            details: details
        )
    }
}
