import ArbiterCore
import DirtyWire

/// The apps of one generation: their names, paths, settings, images, and what their plugins said of themselves.
struct AppCatalogue: Sendable {
    /// One app, with its plugin described and copied.
    struct Entry: Sendable {
        /// What the operator said.
        let specification: AppSpecification
        /// What the plugin said.
        let description: PluginDescription
        /// What its workers load.
        let image: PluginImage
        /// Whether it is hosted no more; its id is never given to another.
        private(set) var isRemoved = false

        /// An app whose plugin has been taken in.
        init(_ specification: AppSpecification, _ plugin: PluginIntake.Plugin) {
            self.specification = specification
            var description = plugin.description
            if let manifest = specification.manifest {
                description.manifest = (try? JSONValue(parsing: manifest)) ?? .null
            }
            self.description = description
            image = plugin.image
        }

        /// The same, hosted no more.
        func removed() -> Entry {
            var entry = self
            entry.isRemoved = true
            return entry
        }
    }

    /// The generation: 0 at the start, and greater with each reload.
    let generation: Int
    /// The apps, by their id; those hosted no more among them.
    let entries: [Entry]
    /// Plugins found in directories that can't be used.
    let skipped: [SkippedPlugin]
    private let byName: [String: AppID]
    private let byPath: [String: AppID]
    /// The same by what calls say: a name comes with every call.
    private let names: AppNames

    /// A catalogue of `entries`; the names of those that aren't removed differ.
    init(generation: Int, entries: [Entry], skipped: [SkippedPlugin]) {
        self.generation = generation
        self.entries = entries
        self.skipped = skipped
        let ids = entries.indices.filter { !entries[$0].isRemoved }.map(AppID.init)
        byName = Dictionary(uniqueKeysWithValues: ids.map { (entries[$0.rawValue].specification.name, $0) })
        byPath = Dictionary(
            ids.map { (entries[$0.rawValue].specification.path, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        names = AppNames(
            byName.map { AppName(text: $0, app: $1, isPath: false) }
                + byPath.map { AppName(text: $0, app: $1, isPath: true) }
        )
    }

    /// The apps that are hosted, in the order of their ids.
    var hosted: [AppID] {
        entries.indices.filter { !entries[$0].isRemoved }.map(AppID.init)
    }

    /// The images that workers of this generation load.
    var images: Set<PluginImage> {
        Set(hosted.map { entries[$0.rawValue].image })
    }

    /// The app that calls name as `text`, which is UTF-8.
    func find(_ text: UnsafeRawBufferPointer) -> AppName? {
        if let name = names.find(text) { return name }
        let text = String(decoding: text, as: UTF8.self)
        return find(text).map { AppName(text: text, app: $0.app, isPath: $0.isPath) }
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

    /// What a worker is told of the app.
    func workerApp(_ app: AppID) -> WorkerApp {
        let entry = entries[app.rawValue]
        return WorkerApp(
            id: app,
            name: entry.specification.name,
            path: entry.specification.path,
            image: entry.image.path,
            config: entry.specification.config,
            health: entry.health
        )
    }

    /// The environment of a worker that hosts `apps`; only an app alone in its worker has one of its own.
    func environment(of apps: [AppID]) -> [String: String] {
        apps.count == 1 ? entries[apps[0].rawValue].specification.environment : [:]
    }
}

extension AppCatalogue.Entry {
    /// The action that tells whether a new worker of the app is well; nil if there is none to ask.
    var health: String? {
        if let health = specification.health { return health }
        return description.actions.contains("health") ? "health" : nil
    }
}
