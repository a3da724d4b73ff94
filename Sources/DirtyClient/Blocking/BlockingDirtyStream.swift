import DirtyWire

/// The chunks of a streaming call, as they come.
///
/// One thread reads it; any thread may cancel it. Letting go of it before its end cancels the call.
public final class BlockingDirtyStream {
    private let client: BlockingDirtyClient
    private let canceller: CallCanceller
    private var state: State

    private enum State {
        /// The call is running; a reply may be at hand. Can become: ended.
        case running(BlockingExchange, first: Reply.Contents?)
        case ended
    }

    init(
        _ exchange: BlockingExchange,
        first: Reply.Contents,
        client: BlockingDirtyClient,
        canceller: CallCanceller
    ) {
        self.client = client
        self.canceller = canceller
        state = .running(exchange, first: first)
    }

    deinit {
        // The connection is closed with the exchange, which cancels a call that is still running.
        canceller.ended(isFinal: true)
    }

    /// Waits for the next chunk; nil after the last.
    ///
    /// An error ends the stream.
    public func next() throws(DirtyCallError) -> DirtyResult? {
        guard case .running(let exchange, let first) = state else { return nil }
        let contents: Reply.Contents
        do throws(DirtyCallError) {
            if let first { contents = first } else { contents = try exchange.next() }
        } catch {
            finish(nil)
            throw error
        }
        switch contents {
        case .chunk(let chunk):
            state = .running(exchange, first: nil)
            return chunk
        case .response(let result):
            finish(exchange)
            return result.isNull ? nil : result
        case .end:
            finish(exchange)
            return nil
        case .error(let error):
            finish(exchange)
            throw error
        }
    }

    /// Waits for the next chunk as a `type`; nil after the last.
    public func next<Chunk: Decodable>(as type: Chunk.Type) throws(DirtyCallError) -> Chunk? {
        try next()?.decode(type)
    }

    /// Cancels the call, from any thread; ``next()`` then gives what had come before, and an error at the end.
    public func cancel() {
        canceller.cancel()
    }

    private func finish(_ exchange: BlockingExchange?) {
        state = .ended
        canceller.ended(isFinal: true)
        if let exchange { client.keep(exchange.connection) }
    }
}
