/// Sends the chunks of a streaming action, one `write` a chunk.
///
/// In a synchronous action `write` blocks until the chunk is on its way; in an `async` one it is awaited. Both wait
/// while the client reads slower than the action writes, so nothing piles up.
public struct StreamWriter: Sendable {
    /// The call being answered.
    public let context: CallContext
    /// The lane's thread, lent to an async action; nil in a synchronous one, which is that thread.
    private let executor: LaneExecutor?

    init(call: Call, executor: LaneExecutor?) {
        context = CallContext(call: call)
        self.executor = executor
    }

    /// The same writer for an async action, which `executor` runs.
    func lent(_ executor: LaneExecutor) -> StreamWriter {
        StreamWriter(call: context.call, executor: executor)
    }

    /// Sends `value` as the next chunk.
    ///
    /// Bytes travel as attachments.
    /// - Throws: `CancellationError` when nobody wants more: let it out of the action. ``AppError`` if the value has no
    ///   JSON form.
    public func write(_ value: some Encodable) throws {
        var output = JSONOutput()
        try output.append(value: value)
        try context.call.emit(output)
    }

    /// Sends `value` as the next chunk.
    ///
    /// Bytes travel as attachments.
    /// - Throws: `CancellationError` when nobody wants more: let it out of the action. ``AppError`` if the value has no
    ///   JSON form.
    public func write(_ value: some Encodable) async throws {
        var output = JSONOutput()
        try output.append(value: value)
        guard let executor, !executor.isCurrentThread else { return try context.call.emit(output) }
        // Called from a task that the action started on the shared pool, whose few threads must not wait for a slow
        // client: the lane's own thread has nothing else to do.
        let finished = output
        let call = context.call
        try await withTaskExecutorPreference(executor) { try call.emit(finished) }
    }
}
