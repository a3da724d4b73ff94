/// The chunks of a call, as they come.
public struct TestStream<Chunk: Decodable>: AsyncSequence {
    private let call: TestCall

    init(_ call: TestCall) { self.call = call }

    /// The one pass over the chunks: each is read once, whoever reads it.
    public func makeAsyncIterator() -> Iterator { Iterator(call) }

    /// All chunks that are left.
    /// - Throws: `AppError` with what the client would be told.
    public func collect() async throws -> [Chunk] {
        var chunks: [Chunk] = []
        for try await chunk in self { chunks.append(chunk) }
        return chunks
    }

    /// A pass over the chunks; letting go of it before the end cancels the call.
    public final class Iterator: AsyncIteratorProtocol {
        private let call: TestCall

        init(_ call: TestCall) { self.call = call }

        deinit { call.cancel() }

        /// The next chunk, or nil at the end.
        public func next() async throws -> Chunk? { try await call.next(Chunk.self) }
    }
}
