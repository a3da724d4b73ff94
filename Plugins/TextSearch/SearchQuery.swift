import DirtyKit
import GRDB

/// What a person is looking for.
struct SearchQuery {
    /// How the words of a query count.
    enum Match: String, Codable, CaseIterable {
        /// Every word must be there.
        case all
        /// One word is enough.
        case any
        /// The words must stand together, in this order.
        case phrase
        /// The text is in FTS5's own syntax.
        case raw
    }

    let text: String
    let match: Match

    /// The query as FTS5 takes it.
    ///
    /// Except with ``Match/raw``, no text can be a syntax error: each word is quoted.
    /// - Throws: ``AppError`` if there is no word in it, or if it is raw and FTS5 doesn't understand it.
    func pattern(in database: Database) throws -> FTS5Pattern {
        let pattern: FTS5Pattern?
        switch match {
        case .all: pattern = FTS5Pattern(matchingAllTokensIn: text)
        case .any: pattern = FTS5Pattern(matchingAnyTokenIn: text)
        case .phrase: pattern = FTS5Pattern(matchingPhrase: text)
        case .raw:
            do {
                pattern = try database.makeFTS5Pattern(rawPattern: text, forTable: SearchIndex.textsTable)
            } catch let error as DatabaseError {
                throw AppError(
                    .invalid,
                    code: "bad_query",
                    "the query \"\(text)\" is not FTS5 syntax: \(error.message ?? "unknown error"); "
                        + "leave out match, or say match \"all\", to search for its words"
                )
            }
        }
        guard let pattern else {
            throw AppError(.invalid, code: "empty_query", "the query \"\(text)\" has no word to search for")
        }
        return pattern
    }
}
