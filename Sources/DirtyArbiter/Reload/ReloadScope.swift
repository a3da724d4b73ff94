/// Which apps a reload is about.
struct ReloadScope: Hashable, Sendable {
    /// All, with everything else that the configuration says; names and paths then add nothing.
    var isAll = false
    /// Those of these names.
    var names: Set<String> = []
    /// Those whose plugins, or neighbours of theirs, have these paths.
    var paths: Set<String> = []

    /// All apps.
    static let all = ReloadScope(isAll: true)

    /// The apps named, or all for nil.
    static func apps(_ names: [String]?) -> ReloadScope {
        names.map { ReloadScope(names: Set($0)) } ?? .all
    }

    /// What either is about.
    func union(_ other: ReloadScope) -> ReloadScope {
        ReloadScope(
            isAll: isAll || other.isAll,
            names: names.union(other.names),
            paths: paths.union(other.paths)
        )
    }
}
