import ArbiterCore

/// Files that have changed, collected until nothing has happened to them for a while.
struct FileChanges: Sendable {
    /// How long nothing must happen: a linker is done by then, or writes on.
    static let settleTime = Duration.milliseconds(300)

    /// What has happened to a file last.
    enum Change: Hashable, Sendable {
        /// It was written to its end, or put there whole.
        case written
        /// It was removed.
        case removed
    }

    private var changes: [String: Change] = [:]
    private var latest = Instant(nanoseconds: 0)

    /// Nothing has changed.
    init() {}

    /// When they will have settled; nil while there is nothing to wait for.
    var settled: Instant? {
        changes.isEmpty ? nil : latest + Self.settleTime
    }

    /// Something has happened to a file.
    mutating func note(_ path: String, _ change: Change, now: Instant) {
        changes[path] = change
        latest = now
    }

    /// A file is being written: what else has changed waits for it.
    mutating func postpone(now: Instant) {
        latest = now
    }

    /// The paths of which a reload is to be about, now that all has settled; nothing has changed from here on.
    ///
    /// - Parameters:
    ///   - exists: whether there is a file at a path now.
    ///   - isOptional: whether a path's app goes with its file, as those found in directories do.
    mutating func take(exists: (String) -> Bool, isOptional: (String) -> Bool) -> Set<String> {
        defer { changes = [:] }
        return Set(
            changes.filter { path, change in
                switch (change, exists(path)) {
                case (.written, true): true
                // It is there again, and being written: that will be told.
                case (.removed, true): false
                case (_, false): isOptional(path)
                }
            }.keys
        )
    }
}
