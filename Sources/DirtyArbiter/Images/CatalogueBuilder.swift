/// Describes and copies the plugins of a configuration, and makes the first catalogue of its apps.
struct CatalogueBuilder {
    /// What to host.
    let configuration: ArbiterConfiguration
    /// What describes and copies.
    let intake: PluginIntake

    /// The catalogue of generation 0.
    ///
    /// - Throws: ``ArbiterError`` that names every plugin that can't be loaded, and why; those found in a directory are
    ///   left out instead.
    func build() async throws(ArbiterError) -> AppCatalogue {
        try configuration.checkAppNames()
        let taken = await intake.take(configuration.apps.map(\.file))
        var entries: [AppCatalogue.Entry] = []
        var skipped: [SkippedPlugin] = []
        var mistakes: [String] = []
        for app in configuration.apps {
            switch taken[app.file] {
            case .success(let plugin):
                entries.append(AppCatalogue.Entry(app, plugin))
            case .failure(let error) where app.isFromDirectory:
                skipped.append(
                    SkippedPlugin(app: app.name, path: app.path, reason: error.message, keepsOldCode: false)
                )
            case .failure(let error):
                if !mistakes.contains(error.message) { mistakes.append(error.message) }
            case nil:
                preconditionFailure("\(app.file) was not taken in")
            }
        }
        guard mistakes.isEmpty else { throw ArbiterError(.plugin, mistakes.joined(separator: "\n")) }
        return AppCatalogue(generation: 0, entries: entries, skipped: skipped)
    }
}

extension ArbiterConfiguration {
    /// Refuses two apps of one name.
    func checkAppNames() throws(ArbiterError) {
        var paths: [String: String] = [:]
        for app in apps {
            if let other = paths.updateValue(app.path, forKey: app.name) {
                throw ArbiterError(
                    .configuration,
                    "two apps are named \(app.name): \(other) and \(app.path). Name one of them, as in NAME=\(app.path)"
                )
            }
        }
    }
}
