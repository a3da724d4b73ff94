import DirtyKit
import GRDB

/// The database: one row a document, and its text in an FTS5 table under the same row id.
///
/// Any thread. Several processes may have it open: WAL lets them read while one writes, and writers wait for each
/// other.
final class SearchIndex: Sendable {
    /// The FTS5 table.
    static let textsTable = "texts"

    /// A document as the index remembers it.
    struct Known {
        let id: Int64
        let stamp: FileStamp
    }

    /// A document to be taken in.
    struct Document {
        let path: String
        let stamp: FileStamp
        let text: String
    }

    let database: DatabasePool

    /// Opens the database, and makes the tables if they aren't there.
    /// - Throws: ``AppError`` that names the file.
    init(path: String) throws {
        var configuration = Configuration()
        // Another worker may be writing a batch.
        configuration.busyMode = .timeout(30)
        configuration.prepareDatabase { database in
            // In WAL mode this loses nothing when a process dies, only when the machine does.
            try database.execute(sql: "PRAGMA synchronous = NORMAL")
        }
        do {
            database = try DatabasePool(path: path, configuration: configuration)
            try database.write(Self.makeTables)
        } catch let error as DatabaseError {
            throw AppError(
                "the index \(path) can't be opened: \(error.message ?? "SQLite error \(error.resultCode.rawValue)"); "
                    + "is its directory there and writable, and the file an SQLite database?"
            )
        }
    }

    /// Closes the database; nothing may use it afterwards.
    func close() throws { try database.close() }

    /// What the index knows of the documents at or under a path, by path.
    func known(under path: String) throws -> [String: Known] {
        try database.read { database in
            var known: [String: Known] = [:]
            let rows = try Row.fetchCursor(
                database,
                sql: "SELECT id, path, modified, size FROM documents WHERE \(Self.isUnder)",
                arguments: Self.under(path)
            )
            while let row = try rows.next() {
                known[row[1]] = Known(id: row[0], stamp: FileStamp(modified: row[2], size: row[3]))
            }
            return known
        }
    }

    /// Takes in documents, replacing older versions of them, all at once or not at all.
    func add(_ documents: [Document]) throws {
        guard !documents.isEmpty else { return }
        try database.write { database in
            for document in documents {
                let id = try Int64.fetchOne(
                    database,
                    sql: """
                        INSERT INTO documents (path, modified, size) VALUES (?, ?, ?)
                        ON CONFLICT (path) DO UPDATE SET modified = excluded.modified, size = excluded.size RETURNING id
                        """,
                    arguments: [document.path, document.stamp.modified, document.stamp.size]
                )
                try database.execute(sql: "DELETE FROM texts WHERE rowid = ?", arguments: [id])
                try database.execute(
                    sql: "INSERT INTO texts (rowid, path, body) VALUES (?, ?, ?)",
                    arguments: [id, document.path, document.text]
                )
            }
        }
    }

    /// Forgets documents; says how many there were.
    func remove(ids: [Int64]) throws -> Int {
        guard !ids.isEmpty else { return 0 }
        return try database.write { database in
            var removed = 0
            for id in ids {
                try database.execute(sql: "DELETE FROM texts WHERE rowid = ?", arguments: [id])
                try database.execute(sql: "DELETE FROM documents WHERE id = ?", arguments: [id])
                removed += database.changesCount
            }
            return removed
        }
    }

    /// Forgets the document at a path, or all under it; says how many there were.
    func remove(path: String) throws -> Int {
        try database.write { database in
            try database.execute(
                sql: "DELETE FROM texts WHERE rowid IN (SELECT id FROM documents WHERE \(Self.isUnder))",
                arguments: Self.under(path)
            )
            try database.execute(sql: "DELETE FROM documents WHERE \(Self.isUnder)", arguments: Self.under(path))
            return database.changesCount
        }
    }

    private static func makeTables(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS documents (
                    id INTEGER PRIMARY KEY,
                    path TEXT NOT NULL UNIQUE,
                    modified INTEGER NOT NULL,
                    size INTEGER NOT NULL
                );
                CREATE VIRTUAL TABLE IF NOT EXISTS texts USING fts5(
                    path, body, tokenize = 'porter unicode61 remove_diacritics 2'
                );
                """
        )
    }

    /// Whether a document's path is the one given, or under it: takes the arguments of ``under(_:)``.
    ///
    /// Not LIKE or GLOB, whose wildcards may stand in file names.
    private static let isUnder = "(path = ? OR substr(path, 1, length(?)) = ?)"

    private static func under(_ path: String) -> StatementArguments {
        let prefix = path.hasSuffix("/") ? path : path + "/"
        return [path, prefix, prefix]
    }
}
