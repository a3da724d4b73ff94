import DirtyWire
import NIOCore

/// The chunks of a streaming call, as an asynchronous sequence that is read once.
///
/// The call is sent when the first chunk is asked for. The host holds the plugin back while the reader takes his time, up to the
/// host's `dirty_write_timeout`. Leaving the loop early, or cancelling its task, cancels the call.
public struct DirtyStream<Element>: AsyncSequence, Sendable {
    /// All that goes wrong is told by this.
    public typealias Failure = DirtyCallError

    private let opener: StreamOpener
    private let call: Result<DirtyCall, DirtyCallError>
    private let decode: @Sendable (DirtyResult) throws(DirtyCallError) -> Element

    init(
        _ opener: StreamOpener,
        _ call: Result<DirtyCall, DirtyCallError>,
        decode: @escaping @Sendable (DirtyResult) throws(DirtyCallError) -> Element
    ) {
        self.opener = opener
        self.call = call
        self.decode = decode
    }

    /// An iterator; each one sends the call anew.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(opener: opener, call: call, decode: decode)
    }

    /// Takes the chunks one by one.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private enum State {
            /// Nothing has been sent. Can become: running, ended.
            case ready
            case running(StreamHandler.Producer.AsyncIterator)
            case ended
        }

        private let opener: StreamOpener
        private let call: Result<DirtyCall, DirtyCallError>
        private let decode: @Sendable (DirtyResult) throws(DirtyCallError) -> Element
        private var state = State.ready

        init(
            opener: StreamOpener,
            call: Result<DirtyCall, DirtyCallError>,
            decode: @escaping @Sendable (DirtyResult) throws(DirtyCallError) -> Element
        ) {
            self.opener = opener
            self.call = call
            self.decode = decode
        }

        /// Waits for the next chunk; nil after the last.
        ///
        /// An error ends the stream.
        public mutating func next() async throws(DirtyCallError) -> Element? {
            do throws(DirtyCallError) {
                let chunk =
                    switch state {
                    case .ready: try await first()
                    case .running(let iterator): try await Self.chunk(iterator)
                    case .ended: nil as DirtyResult?
                    }
                guard let chunk else {
                    state = .ended
                    return nil
                }
                return try decode(chunk)
            } catch {
                state = .ended
                throw error
            }
        }

        /// Sends the call and waits for the first chunk; until it is there, the call may be sent again.
        private mutating func first() async throws(DirtyCallError) -> DirtyResult? {
            let call = try call.get()
            var attempts = Attempts(opener.retry, timeout: call.timeout)
            while true {
                do throws(DirtyCallError) {
                    let iterator = try await opener.open(call, timeout: attempts.begin()).makeAsyncIterator()
                    state = .running(iterator)
                    return try await Self.chunk(iterator)
                } catch {
                    state = .ready
                    try await attempts.wait(after: error)
                }
            }
        }

        private static func chunk(
            _ iterator: StreamHandler.Producer.AsyncIterator
        ) async throws(DirtyCallError) -> DirtyResult? {
            do {
                return try await iterator.next()
            } catch is CancellationError {
                throw DirtyCallError(.cancelled, "the stream was cancelled", executed: .maybe)
            } catch {
                throw error as? DirtyCallError ?? CallHandler.cause(error)
            }
        }
    }
}
