/// Why a worker is started; more may be added.
public enum SpawnCause: String, Hashable, Sendable {
    /// The host starts.
    case start
    /// The worker before it in the slot ended, or couldn't start.
    case respawn
    /// It was asked for: `dirty restart`.
    case restart
    /// A reload: it hosts a newer generation than the worker before it.
    case reload
    /// A reload that failed: it hosts an older generation than the worker before it.
    case rollback
    /// The worker before it has served long enough, or holds too much memory.
    case recycle
    /// The pool grows.
    case scale
    /// An app of it failed in workers that it shared with others, and gets some of its own.
    case exile
}
