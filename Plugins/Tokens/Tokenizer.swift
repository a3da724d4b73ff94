import DirtyKit

/// The tokens of a text: words, each with the white space before it, and punctuation.
///
/// Joined, they are the text again.
struct Tokenizer: Sequence, IteratorProtocol {
    private let text: String
    private var rest: Substring
    private var repeatsLeft: Int?

    /// - Parameter repeats: How often the text is gone through; 0 for without end.
    init(text: String, repeats: Int) throws {
        guard repeats >= 0 else { throw AppError(.invalid, "repeats must not be negative, got \(repeats)") }
        guard repeats > 0 || !text.isEmpty else {
            throw AppError(.invalid, "an empty text can't be streamed without end")
        }
        self.text = text
        rest = text[...]
        repeatsLeft = repeats == 0 ? nil : repeats - 1
    }

    /// The next token.
    mutating func next() -> String? {
        if rest.isEmpty {
            guard !text.isEmpty, repeatsLeft != 0 else { return nil }
            if let left = repeatsLeft { repeatsLeft = left - 1 }
            rest = text[...]
        }
        var end = rest.firstIndex { !$0.isWhitespace } ?? rest.endIndex
        if end < rest.endIndex {
            if rest[end].isLetter || rest[end].isNumber {
                end = rest[end...].firstIndex { !$0.isLetter && !$0.isNumber } ?? rest.endIndex
            } else {
                end = rest.index(after: end)
            }
        }
        defer { rest = rest[end...] }
        return String(rest[..<end])
    }
}
