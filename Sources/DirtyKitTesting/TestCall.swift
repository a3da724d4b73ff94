internal import CDirtyApp
import DirtyKit

/// A call that is running in a ``TestHost``.
public final class TestCall: Sendable {
    private let state: CallState
    private let lanes: Lanes

    init(_ state: CallState, _ lanes: Lanes) {
        self.state = state
        self.lanes = lanes
    }

    /// Cancels the call, as when a client says so or goes away: `isCancelled` is true from now on, an async action's
    /// task is cancelled, and chunks are refused.
    public func cancel() { stop(DIRTY_E_CANCELLED) }

    /// Waits for the result.
    /// - Parameter type: What it is to be decoded as.
    /// - Throws: `AppError` with what the client would be told.
    public func result<Result: Decodable>(as type: Result.Type = Result.self) async throws -> Result {
        // Who waits for a result reads no chunks, and a stream would wait for that.
        state.dropChunks()
        switch await state.ending() {
        case .result(let value): return try HostSide.decode(type, from: value.text, attachments: value.attachments)
        case .end: throw AppError("the action streams; read its chunks")
        case .error(let status, let value): throw try Self.error(status, value)
        }
    }

    /// The chunks, as they come; the sequence ends when the call does, and throws what the client would be told.
    ///
    /// At most 16 wait to be read: then the action's `write` waits too. Leaving the loop early cancels the call, as a
    /// client that goes away does.
    public func chunks<Chunk: Decodable>(as type: Chunk.Type = Chunk.self) -> TestStream<Chunk> {
        TestStream(self)
    }

    /// Events the app sent after the call's end, which a host refuses: chunks of a task that outlived its action.
    public var lateEvents: Int { state.lateEvents }

    /// Ends the call at its deadline.
    func stop(after timeout: Duration) {
        // Unstructured: it belongs to the call, not to who began it, and does nothing once the call has ended.
        Task { [self] in
            try await Task.sleep(for: timeout)
            stop(DIRTY_E_DEADLINE)
        }
    }

    /// The next chunk, or nil at the end.
    func next<Chunk: Decodable>(_ type: Chunk.Type) async throws -> Chunk? {
        if let chunk = await state.next() {
            return try HostSide.decode(type, from: chunk.text, attachments: chunk.attachments)
        }
        switch await state.ending() {
        case .end: return nil
        case .result(let value) where value.text == Array("null".utf8): return nil
        case .result: throw AppError("the action returned a result instead of streaming")
        case .error(let status, let value): throw try Self.error(status, value)
        }
    }

    private func stop(_ why: Int32) {
        if state.stop(why) { lanes.cancel(state.id) }
    }

    private static func error(_ status: Int32, _ value: CallState.Value) throws -> AppError {
        let body = try HostSide.decode(JSON.self, from: value.text, attachments: value.attachments)
        return AppError(
            AppStatus(rawValue: status),
            code: body["details"]?["code"]?.string,
            body["message"]?.string ?? "",
            details: body["details"]?.object ?? [:]
        )
    }
}
