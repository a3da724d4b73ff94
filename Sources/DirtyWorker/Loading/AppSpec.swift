/// An app that is to be loaded.
struct AppSpec: Sendable {
    /// The app's name.
    var name: String
    /// Where the plugin is, as the operator wrote it: what messages name.
    var path: String
    /// The copy of it that this worker is to load.
    var image: String
    /// The app's configuration, as JSON text.
    var config: String
}
