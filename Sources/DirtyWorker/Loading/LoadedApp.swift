import CDirtyApp

/// An app of this worker.
///
/// Lives as long as the process.
struct LoadedApp: @unchecked Sendable {
    // Unchecked: the instance belongs to the plugin, which is called on the threads that its flags allow.

    /// The app's name.
    let name: String
    /// Where the plugin is, as the operator wrote it.
    let path: String
    /// What the plugin can do.
    let table: PluginTable
    /// What the plugin can call.
    let host: UnsafePointer<DirtyHost>
    /// What `open` made: the first argument of the plugin's functions.
    var instance: UnsafeMutableRawPointer?
}
