/// A plugin that was found in a directory and can't be used.
struct SkippedPlugin: Hashable, Sendable {
    /// The name of its app.
    let app: String
    /// Its path.
    let path: String
    /// Why it can't be used.
    let reason: String
    /// Whether the app goes on with the code that it had.
    let keepsOldCode: Bool
}
