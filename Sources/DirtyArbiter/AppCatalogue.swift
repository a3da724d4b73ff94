import ArbiterCore
import DirtyWire

/// The apps that an arbiter hosts: their names, paths, settings and what their plugins said of themselves.
struct AppCatalogue: Sendable {
    /// One app, with its plugin described and copied.
    struct Entry: Sendable {
        /// What the operator said.
        let specification: AppSpecification
        /// What the plugin said.
        let description: PluginDescription
        /// The image of each generation that may still be needed.
        let images: [Int: String]
    }

    /// The apps, in configuration order.
    let entries: [Entry]
    private let isIsolatingAll: Bool
    private let byName: [String: AppID]
    private let byPath: [String: AppID]

    /// A catalogue of `entries`, whose names differ.
    init(entries: [Entry], isIsolatingAll: Bool) {
        self.entries = entries
        self.isIsolatingAll = isIsolatingAll
        let ids = entries.indices.map(AppID.init)
        byName = Dictionary(uniqueKeysWithValues: ids.map { (entries[$0.rawValue].specification.name, $0) })
        byPath = Dictionary(
            ids.map { (entries[$0.rawValue].specification.path, $0) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// The app that calls name as `text`: a name, or a path as the operator wrote it.
    func find(_ text: String) -> (app: AppID, isPath: Bool)? {
        if let app = byName[text] { return (app, false) }
        if let app = byPath[text] { return (app, true) }
        return nil
    }

    /// The app's name.
    func name(_ app: AppID) -> String {
        entries[app.rawValue].specification.name
    }

    /// What a worker of `generation` is told of the app.
    func workerApp(_ app: AppID, generation: Int) -> WorkerApp {
        let entry = entries[app.rawValue]
        return WorkerApp(
            id: app,
            name: entry.specification.name,
            path: entry.specification.path,
            image: entry.images[generation] ?? entry.specification.path,
            config: entry.specification.config
        )
    }

    /// The environment of a worker that hosts `apps`; only an app alone in its worker has one of its own.
    func environment(of apps: [AppID]) -> [String: String] {
        apps.count == 1 ? entries[apps[0].rawValue].specification.environment : [:]
    }

    /// What the core is told.
    func coreConfiguration(_ configuration: ArbiterConfiguration) -> CoreConfiguration {
        let apps = entries.map { entry in
            let specification = entry.specification
            var app = AppConfiguration(name: specification.name, workers: specification.workers)
            app.isIsolated =
                isIsolatingAll || specification.isIsolated || !specification.environment.isEmpty
                || entry.description.isExclusive
            app.timeout = specification.timeout ?? configuration.timeout
            app.streamTimeout = specification.streamTimeout ?? configuration.streamTimeout
            if specification.killsOnClientTimeout { app.killOn.insert(.clientTimeout) }
            if specification.killsOnDisconnect { app.killOn.insert(.disconnect) }
            return app
        }
        var core = CoreConfiguration(
            apps: apps,
            workers: configuration.workers,
            lanesPerWorker: configuration.threads
        )
        core.backlogPerApp = configuration.backlog
        core.callsPerClient = configuration.callsPerConnection
        core.budgetBytes = configuration.memoryBudgetBytes
        core.initTimeout = configuration.initTimeout
        core.gracefulTimeout = configuration.gracefulTimeout
        core.cancelGrace = configuration.cancelGrace
        return core
    }
}
