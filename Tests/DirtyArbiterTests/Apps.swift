import DirtyWire

@testable import DirtyArbiter

/// A plugin taken in, with an image of this number.
func plugin(_ image: Int, neighbours: [String] = [], actions: JSONValue = .null) -> PluginIntake.Plugin {
    let description = PluginDescription([
        "name": "p", "version": "1", "flag_names": [], "manifest": ["actions": actions],
        "neighbours": .array(neighbours.map { .string($0) }),
    ])
    return PluginIntake.Plugin(
        description: description!,
        image: PluginImage(number: image, path: "/images/\(image)/p.so")
    )
}

/// An app called `name`, whose plugin is at `/plugins/NAME.so`.
func app(_ name: String, fromDirectory: Bool = false) -> AppSpecification {
    var app = AppSpecification(name: name, path: "/plugins/\(name).so")
    app.isFromDirectory = fromDirectory
    return app
}

/// A configuration of these apps.
func configuration(_ apps: AppSpecification...) -> ArbiterConfiguration {
    ArbiterConfiguration(apps: apps, workers: 2, runtimeDirectory: "/run")
}

/// A catalogue of these apps, with the images numbered from 1.
func catalogue(_ apps: AppSpecification..., generation: Int = 0) -> AppCatalogue {
    let entries = apps.enumerated().map { AppCatalogue.Entry($1, plugin($0 + 1)) }
    return AppCatalogue(generation: generation, entries: entries, skipped: [])
}
