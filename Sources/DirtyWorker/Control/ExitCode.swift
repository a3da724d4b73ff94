/// What the worker's exit code says.
///
/// Part of the link: the arbiter knows these.
enum ExitCode {
    /// Apps closed, as asked.
    static let done: Int32 = 0
    /// Not started by an arbiter, or wrongly.
    static let usage: Int32 = 2
    /// An app couldn't be loaded; a `failed` message says why.
    static let loadFailed: Int32 = 3
    /// A plugin no longer trusts its own state.
    static let poisoned: Int32 = 4
    /// The arbiter said something that no arbiter of this build says.
    static let linkFault: Int32 = 5
    /// The machine has no more of something: threads, descriptors, memory.
    static let noResources: Int32 = 6
}
