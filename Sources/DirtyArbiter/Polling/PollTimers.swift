import NIOCore

/// Tasks that wait for their time, few at once, in the order of their deadlines.
struct PollTimers {
    /// One of them.
    struct Entry {
        /// Its name.
        let id: UInt64
        /// When it is due.
        let deadline: NIODeadline
        /// What is done then.
        let run: () -> Void
        /// What is done if that never comes.
        let drop: () -> Void
    }

    /// The latest to be due comes first.
    private var entries: [Entry] = []

    /// When the next is due; nil if none waits.
    var next: NIODeadline? { entries.last?.deadline }

    /// Adds one; of those due at the same instant the one added first runs first.
    mutating func insert(_ entry: Entry) {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].deadline > entry.deadline { low = middle + 1 } else { high = middle }
        }
        entries.insert(entry, at: low)
    }

    /// Takes one out, if it still waits.
    mutating func remove(_ id: UInt64) {
        entries.removeAll { $0.id == id }
    }

    /// Takes out the next one that is due.
    mutating func popDue(_ now: NIODeadline) -> Entry? {
        guard let last = entries.last, last.deadline <= now else { return nil }
        return entries.removeLast()
    }

    /// Takes out all of them.
    mutating func removeAll() -> [Entry] {
        defer { entries = [] }
        return entries
    }
}
