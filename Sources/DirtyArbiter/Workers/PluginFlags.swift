/// The bits of `DirtyApp.flags` that the arbiter acts on; `dirty_app.h` defines them, and a test holds the two together.
enum PluginFlags {
    /// DIRTY_APP_CONCURRENT: many calls at once on one instance.
    static let concurrent: UInt64 = 1 << 0
    /// DIRTY_APP_PINNED: always one thread.
    static let pinned: UInt64 = 1 << 32
    /// DIRTY_APP_EXCLUSIVE: no other app in its process.
    static let exclusive: UInt64 = 1 << 33
}
