import ArbiterCore

/// A reload that is ready to be performed: the next catalogue, and what of it is new.
struct ReloadDraft: Sendable {
    /// The apps as they are to be.
    let catalogue: AppCatalogue
    /// The apps whose workers must be replaced.
    let renewed: Set<AppID>
    /// The settings that hold when it has succeeded.
    let configuration: ArbiterConfiguration
    /// Plugins found in directories of which this reload is, and that can't be used.
    let skipped: [SkippedPlugin]
    /// Settings that have changed, and that only the next start takes over.
    let leftForNextStart: [String]
    /// Whether anything is to be done at all.
    let changes: Bool

    /// The images made for it: they are of no use unless it succeeds.
    let newImages: [PluginImage]

    /// Puts together what `plan` asks for and what came of taking its plugins in.
    ///
    /// A plugin found in a directory that can't be used is left out, or goes on as it was.
    ///
    /// - Parameters:
    ///   - running: the settings in force.
    ///   - wanted: the settings that are to be.
    /// - Throws: ``ArbiterError`` that names every other plugin that can't be used.
    init(
        _ plan: ReloadPlan,
        from catalogue: AppCatalogue,
        generation: Int,
        running: ArbiterConfiguration,
        wanted: ArbiterConfiguration,
        taken: [String: Result<PluginIntake.Plugin, ArbiterError>]
    ) throws(ArbiterError) {
        var entries: [AppCatalogue.Entry] = []
        var renewed: Set<AppID> = []
        var skipped: [SkippedPlugin] = []
        var mistakes: [String] = []
        var retaken: Set<String> = []
        for (index, step) in plan.steps.enumerated() {
            let old = index < catalogue.entries.count ? catalogue.entries[index] : nil
            switch step {
            case .keep:
                old.map { entries.append($0) }
            case .remove:
                old.map { entries.append($0.removed()) }
            case .renew(let app):
                guard let result = taken[app.file] else { preconditionFailure("\(app.file) was not taken in") }
                retaken.insert(app.path)
                switch result {
                case .success(let plugin):
                    renewed.insert(AppID(entries.count))
                    entries.append(AppCatalogue.Entry(app, plugin))
                case .failure(let error) where app.isFromDirectory:
                    skipped.append(
                        SkippedPlugin(app: app.name, path: app.path, reason: error.message, keepsOldCode: old != nil)
                    )
                    if let old { entries.append(old) }
                case .failure(let error):
                    if !mistakes.contains(error.message) { mistakes.append(error.message) }
                }
            }
        }
        guard mistakes.isEmpty else { throw ArbiterError(.plugin, mistakes.joined(separator: "\n")) }
        let isShrinking = zip(entries, catalogue.entries).contains { $0.isRemoved && !$1.isRemoved }
        let paths = Set(wanted.apps.map(\.path))
        let skippedBefore = catalogue.skipped.filter {
            !plan.isWhole && !retaken.contains($0.path) && paths.contains($0.path)
        }
        self.catalogue = AppCatalogue(generation: generation, entries: entries, skipped: skippedBefore + skipped)
        self.skipped = skipped
        self.renewed = renewed
        configuration = running.reloaded(wanted, whole: plan.isWhole)
        leftForNextStart = plan.isWhole ? running.changesForNextStart(wanted) : []
        changes = plan.isWhole || isShrinking || !renewed.isEmpty
        newImages = Self.images(in: taken)
    }

    /// The images among what was taken in.
    static func images(in taken: [String: Result<PluginIntake.Plugin, ArbiterError>]) -> [PluginImage] {
        taken.values.compactMap { try? $0.get().image }
    }
}
