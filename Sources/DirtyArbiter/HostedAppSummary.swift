import ArbiterCore

/// What an arbiter hosts under one name.
public struct HostedAppSummary: Hashable, Sendable {
    /// The name that calls use.
    public let name: String
    /// The plugin's path as the operator wrote it.
    public let path: String
    /// The plugin's own name.
    public let plugin: String
    /// The plugin's version.
    public let version: String
    /// Workers that host it.
    public let workers: Int
    /// Whether one instance takes many calls at once.
    public let isConcurrent: Bool
}

extension AppCatalogue {
    /// What is hosted, in configuration order.
    func summaries(_ configuration: ArbiterConfiguration) -> [HostedAppSummary] {
        hosted.map { app in
            let entry = entries[app.rawValue]
            return HostedAppSummary(
                name: entry.specification.name,
                path: entry.specification.path,
                plugin: entry.description.name,
                version: entry.description.version,
                workers: configuration.workers == 0 ? 0 : entry.specification.workers ?? configuration.workers,
                isConcurrent: entry.description.isConcurrent
            )
        }
    }

    /// What the operator should know of how the apps meet the configuration.
    func warnings(_ configuration: ArbiterConfiguration) -> [String] {
        var warnings: [String] = []
        if configuration.workers == 0, !hosted.isEmpty {
            warnings.append("dirty_workers is 0: every call fails")
        }
        for plugin in skipped {
            warnings.append("\(plugin.path) is left out: \(plugin.reason)")
        }
        guard configuration.threads > 1 else { return warnings }
        for app in hosted where !entries[app.rawValue].description.isConcurrent {
            warnings.append(
                "\(name(app)) runs one call at a time in each worker, whatever dirty_threads "
                    + "(\(configuration.threads)) says: its plugin isn't declared concurrent. More workers help it"
            )
        }
        return warnings
    }
}
