import ArbiterCore

/// What a reload is to do with each app: decided from what is hosted and what is wanted, before a file is touched.
struct ReloadPlan: Sendable {
    /// What becomes of one app; its id is its place among the steps.
    enum Step: Sendable {
        /// It stays as it is.
        case keep
        /// Its plugin is taken in anew, under these settings.
        case renew(AppSpecification)
        /// It is hosted no more.
        case remove
    }

    /// What becomes of the apps there are, by id, and then those to be added.
    let steps: [Step]
    /// Whether the number of workers and the defaults of all apps are taken from the new configuration too.
    let isWhole: Bool

    /// A plan to get from `catalogue` to `configuration`, as far as `scope` goes.
    ///
    /// - Throws: ``ArbiterError`` for two apps of one name, and for a name in `scope` that neither has.
    init(
        from catalogue: AppCatalogue,
        to configuration: ArbiterConfiguration,
        scope: ReloadScope
    ) throws(ArbiterError) {
        try configuration.checkAppNames()
        var wanted: [String: AppSpecification] = [:]
        for app in configuration.apps { wanted[app.name] = app }
        try Self.checkNames(scope, catalogue, wanted)

        var steps: [Step] = []
        for (index, entry) in catalogue.entries.enumerated() {
            let new = wanted[entry.specification.name]
            if entry.isRemoved {
                steps.append(.remove)
            } else if !scope.includes(entry), !(new.map(scope.includes) ?? false) {
                steps.append(.keep)
            } else {
                steps.append(new.map { .renew($0) } ?? .remove)
            }
            if !entry.isRemoved, catalogue.find(entry.specification.name)?.app == AppID(index) {
                wanted[entry.specification.name] = nil
            }
        }
        for app in configuration.apps where wanted[app.name] != nil && scope.includes(app) {
            steps.append(.renew(app))
        }
        self.steps = steps
        isWhole = scope.isAll
    }

    /// The plugins to be taken in.
    var paths: [String] {
        steps.compactMap { if case .renew(let app) = $0 { app.file } else { nil } }
    }

    private static func checkNames(
        _ scope: ReloadScope,
        _ catalogue: AppCatalogue,
        _ wanted: [String: AppSpecification]
    ) throws(ArbiterError) {
        guard !scope.isAll else { return }
        let unknown = scope.names.filter { catalogue.find($0) == nil && wanted[$0] == nil }.sorted()
        guard unknown.isEmpty else {
            let known = Set(catalogue.hosted.map(catalogue.name)).union(wanted.keys).sorted()
            throw ArbiterError(
                .configuration,
                "there is no app \(unknown.joined(separator: ", ")) here, nor in the configuration; there "
                    + (known.isEmpty ? "are none" : "is \(known.joined(separator: ", "))")
            )
        }
    }
}

extension ReloadScope {
    /// Whether it is about an app that is hosted.
    fileprivate func includes(_ entry: AppCatalogue.Entry) -> Bool {
        if includes(entry.specification) { return true }
        guard !paths.isEmpty else { return false }
        let origin = FileTree.split(entry.specification.file).folder
        return entry.description.neighbours.contains { paths.contains(origin + $0) }
    }

    /// Whether it is about an app that is wanted.
    fileprivate func includes(_ app: AppSpecification) -> Bool {
        isAll || names.contains(app.name) || names.contains(app.path) || paths.contains(app.path)
            || paths.contains(app.file)
    }
}
