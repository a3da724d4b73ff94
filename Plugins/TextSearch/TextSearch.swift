// TextSearch: full-text search over real files, in SQLite FTS5.
//
//   TextSearch.swift            the app and its actions
//   SearchConfiguration.swift   its `config`
//   SearchIndex.swift           the database: schema and changes
//   SearchIndex+Queries.swift   the database: what is read from it
//   SearchQuery.swift           from what a person types to what FTS5 takes
//   Indexing.swift              one run over the files
//   FileWalk.swift              finding the files
//   FileStamp.swift             telling whether they have changed
//   Answers.swift               what the actions return

import DirtyKit

/// Indexes text files and answers ranked queries with snippets.
///
/// The index is a file: it outlives the worker, and several workers share it. Concurrent, because SQLite in WAL mode
/// serves many readers beside one writer.
final class TextSearch: ConcurrentDirtyApp {
    static let about = "Full-text search over files, ranked, with snippets (SQLite FTS5)."

    private let configuration: SearchConfiguration
    private let index: SearchIndex
    private let logger: AppLogger

    init(context: AppContext) throws {
        configuration = try context.configuration(as: SearchConfiguration.self)
        logger = context.logger
        index = try SearchIndex(path: configuration.database)
        let documents = try index.counts().documents
        logger.info("index open", metadata: ["database": configuration.database, "documents": "\(documents)"])
    }

    func close() {
        do {
            try index.close()
        } catch {
            logger.warning("the index did not close cleanly", metadata: ["error": "\(error)"])
        }
    }

    static var actions: Actions<TextSearch> {
        Action(
            "index",
            about: "Brings the index up to date with the files under the paths: new, changed and vanished ones.",
            Parameter("paths", [String]?.self, about: "Files or directories; the configured roots if left out."),
            Parameter(
                "extensions",
                [String]?.self,
                about: "Which files, such as [\"md\", \"txt\"]; common text files if left out."
            )
        ) { try $0.bringUpToDate($1, paths: $2, extensions: $3) }

        Action(
            "search",
            about: "The documents that match best, with snippets.",
            Parameter("query", String.self),
            Parameter("limit", default: 10, about: "1 to 100."),
            Parameter("offset", default: 0, about: "How many of the best to leave out."),
            Parameter("match", default: SearchQuery.Match.all, about: "all, any, phrase, or raw (FTS5's own syntax).")
        ) { try $0.search($1, limit: $2, offset: $3, match: $4) }

        Action("count", about: "How many documents are indexed, and of how many bytes.") { try $0.index.counts() }

        Action(
            "remove",
            about: "Forgets a document, or all under a directory; the files stay.",
            Parameter("path", String.self)
        ) { app, path in RemoveAnswer(removed: try app.index.remove(path: app.configuration.absolute(path))) }
    }

    private func bringUpToDate(_ call: CallContext, paths: [String]?, extensions: [String]?) throws -> IndexAnswer {
        var indexing = Indexing(
            index: index,
            extensions: Set((extensions ?? SearchConfiguration.usualExtensions).map { $0.lowercased() }),
            largestBytes: configuration.max_file_bytes
        )
        let answer = try indexing.run(over: try configuration.resolve(paths), checkCancellation: call.checkCancellation)
        logger.info(
            "index brought up to date",
            metadata: [
                "indexed": "\(answer.indexed)", "removed": "\(answer.removed)", "documents": "\(answer.documents)",
            ]
        )
        return answer
    }

    private func search(
        _ text: String,
        limit: Int,
        offset: Int,
        match: SearchQuery.Match
    ) throws -> SearchAnswer {
        guard (1...100).contains(limit) else { throw AppError(.invalid, "limit must be from 1 to 100, got \(limit)") }
        guard offset >= 0 else { throw AppError(.invalid, "offset must not be negative, got \(offset)") }
        return try index.search(SearchQuery(text: text, match: match), limit: limit, offset: offset)
    }
}

/// What the host loads.
@c(dirty_app_v1) public func dirtyApp() -> UnsafeRawPointer { export(TextSearch.self) }
