import DirtyKit
import GRDB

extension SearchIndex {
    /// A word in the path counts as much as five in the text.
    private static let rank = "bm25(texts, 5.0, 1.0)"

    /// The documents that match, best first.
    func search(_ query: SearchQuery, limit: Int, offset: Int) throws -> SearchAnswer {
        try database.read { database in
            let pattern = try query.pattern(in: database)
            let total = try Int.fetchOne(
                database,
                sql: "SELECT count(*) FROM texts WHERE texts MATCH ?",
                arguments: [pattern]
            )
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT path, -\(Self.rank) AS score, snippet(texts, 1, '[', ']', '…', 24)
                    FROM texts WHERE texts MATCH ? ORDER BY \(Self.rank), rowid LIMIT ? OFFSET ?
                    """,
                arguments: [pattern, limit, offset]
            )
            return SearchAnswer(
                total: total ?? 0,
                results: rows.map { SearchResult(path: $0[0], score: $0[1], snippet: $0[2]) }
            )
        }
    }

    /// How much is indexed.
    func counts() throws -> CountAnswer {
        try database.read { database in
            let row = try Row.fetchOne(database, sql: "SELECT count(*), ifnull(sum(size), 0) FROM documents")
            return CountAnswer(documents: row?[0] ?? 0, bytes: row?[1] ?? 0)
        }
    }
}
