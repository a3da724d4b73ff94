import ArbiterCore

/// The catalogues of all generations of which a worker may live or be started.
struct Generations: Sendable {
    /// The one that clients see: that of the latest reload that succeeded.
    private(set) var current: AppCatalogue
    private var live: [Int: AppCatalogue]
    /// The images that there are.
    private var images: Set<PluginImage>

    /// The generation of the start.
    init(_ first: AppCatalogue) {
        current = first
        live = [first.generation: first]
        images = first.images
    }

    /// The catalogue of a generation that has not been forgotten.
    subscript(generation: Int) -> AppCatalogue {
        guard let catalogue = live[generation] else {
            preconditionFailure("generation \(generation) has been forgotten, and a worker of it is wanted")
        }
        return catalogue
    }

    /// The latest that is known of an app; nil if nothing is.
    func entry(of app: AppID) -> AppCatalogue.Entry? {
        let newestFirst = [current] + live.values.sorted { $0.generation > $1.generation }
        return newestFirst.lazy.compactMap {
            $0.entries.indices.contains(app.rawValue) ? $0.entries[app.rawValue] : nil
        }
        .first
    }

    /// A generation more, which clients don't see yet.
    mutating func add(_ catalogue: AppCatalogue) {
        let replaced = live.updateValue(catalogue, forKey: catalogue.generation)
        precondition(replaced == nil, "there are two generations \(catalogue.generation)")
        images.formUnion(catalogue.images)
    }

    /// Clients see that generation from now on.
    mutating func publish(_ generation: Int) {
        current = self[generation]
    }

    /// That generation is given up: the ids of apps that it added are given to no others.
    mutating func abandon(_ generation: Int) {
        let added = self[generation].entries.dropFirst(current.entries.count).map { $0.removed() }
        let entries = current.entries + added
        current = AppCatalogue(generation: current.generation, entries: entries, skipped: current.skipped)
        live[current.generation] = current
    }

    /// Forgets a generation of which no worker lives or will be started.
    mutating func forget(_ generation: Int) {
        precondition(generation != current.generation, "generation \(generation) serves, and is to be forgotten")
        live[generation] = nil
    }

    /// Lets go of the images that nothing needs: not the apps that clients see, and not what `uses` says of workers that
    /// live or slots that will be filled again.
    ///
    /// Not while a reload is under way, which may go back to anything.
    ///
    /// - Returns: those images.
    mutating func sweep(_ uses: [(generation: Int, apps: [AppID])]) -> [PluginImage] {
        var needed = current.images
        for use in uses {
            guard let catalogue = live[use.generation] else { continue }
            needed.formUnion(use.apps.map { catalogue.entries[$0.rawValue].image })
        }
        defer { images.formIntersection(needed) }
        return images.subtracting(needed).sorted { $0.number < $1.number }
    }
}
