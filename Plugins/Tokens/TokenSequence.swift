/// Tokens as they come, with a pause before each.
struct TokenSequence: AsyncSequence {
    let tokens: Tokenizer
    let pause: Duration

    func makeAsyncIterator() -> Iterator { Iterator(tokens: tokens, pause: pause) }

    /// One pass over the tokens.
    struct Iterator: AsyncIteratorProtocol {
        private var tokens: Tokenizer
        private let pause: Duration

        init(tokens: Tokenizer, pause: Duration) {
            self.tokens = tokens
            self.pause = pause
        }

        /// The next token, when its pause is over.
        /// - Throws: `CancellationError` when the task is cancelled meanwhile.
        mutating func next() async throws -> String? {
            guard let token = tokens.next() else { return nil }
            if pause > .zero { try await Task.sleep(for: pause) } else { try Task.checkCancellation() }
            return token
        }
    }
}
