/// What `index` returns.
struct IndexAnswer: Encodable {
    /// New and changed files, now in the index.
    var indexed = 0
    /// Files that are as they were.
    var unchanged = 0
    /// Documents whose files are gone.
    var removed = 0
    /// Files that were not taken in, the first hundred of them.
    var skipped: [SkippedFile] = []
    var skipped_count = 0
    /// Documents in the index now.
    var documents = 0
}

/// A file that `index` did not take in.
struct SkippedFile: Encodable {
    let path: String
    let reason: String
}

/// What `search` returns.
struct SearchAnswer: Encodable {
    /// All documents that match.
    let total: Int
    /// The best of them, best first.
    let results: [SearchResult]
}

/// One document that matches.
struct SearchResult: Encodable {
    let path: String
    /// The higher the better; comparable within one answer only.
    let score: Double
    /// Where it matches, the words in square brackets.
    let snippet: String
}

/// What `count` returns.
struct CountAnswer: Encodable {
    let documents: Int
    let bytes: Int
}

/// What `remove` returns.
struct RemoveAnswer: Encodable {
    let removed: Int
}
