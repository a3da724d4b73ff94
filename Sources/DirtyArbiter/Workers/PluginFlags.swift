/// The bits of `DirtyApp.flags` that the arbiter acts on; `dirty_app.h` defines them, and a test holds the two together.
enum PluginFlags {
    /// DIRTY_APP_CONCURRENT
    static let concurrent: UInt64 = 1 << 0
    /// DIRTY_APP_PINNED
    static let pinned: UInt64 = 1 << 32
    /// DIRTY_APP_EXCLUSIVE
    static let exclusive: UInt64 = 1 << 33
}
