/// A private copy of a plugin and of its neighbours, which is what workers load.
struct PluginImage: Hashable, Sendable {
    /// Tells it from all others of the arbiter's life.
    let number: Int
    /// The path that workers load.
    let path: String
}
