internal import CDirtyApp

/// One run of an action: what `handle` was given, for as long as it lasts.
struct Invocation {
    let call: Call
    private let request: UnsafePointer<DirtyRequest>
    private let running: RunningTasks

    init(_ request: UnsafePointer<DirtyRequest>, call: Call, running: RunningTasks) {
        self.request = request
        self.call = call
        self.running = running
    }

    var context: CallContext { CallContext(call: call) }

    func writer(_ executor: LaneExecutor?) -> StreamWriter {
        call.host.beginStream(call.id)
        return StreamWriter(call: call, executor: executor)
    }

    /// Takes the arguments apart and lends them for the duration of `body`.
    func withArguments<Result>(
        _ signature: Signature,
        _ body: (inout ArgumentReader) throws -> Result
    ) throws -> Result {
        let attachments = AttachmentViews(
            views: request.pointee.attachments,
            count: Int(request.pointee.attachment_count),
            call: call
        )
        return try withUnsafeTemporaryAllocation(of: Int.self, capacity: signature.parameters.count) { slots in
            var arguments = try ArgumentReader(
                signature,
                args: JSONCursor(request.pointee.args.bytes, attachments: attachments),
                kwargs: JSONCursor(request.pointee.kwargs.bytes, attachments: attachments),
                slots: slots
            )
            return try body(&arguments)
        }
    }

    /// Ends the call with a result.
    func finish<Result>(_ result: Result, _ write: (Result, inout JSONOutput) throws -> Void) throws {
        var output = JSONOutput()
        // Most answers are small: one allocation instead of a growing series.
        output.text.reserveCapacity(128)
        try write(result, &output)
        // The host answers for what it can't take (a result over its limit); a call that ended meanwhile needs no
        // answer.
        _ = call.host.finish(call.id, status: DIRTY_OK, output)
    }

    /// Runs an async body as a task on this thread, cancelled when the call is.
    func runTask<Result>(_ body: @escaping (LaneExecutor) async throws -> Result) throws -> Result {
        defer { running.remove(call.id) }
        return try LaneExecutor.run(
            started: { task in
                running.add(task, for: call.id)
                // Cancelled before it was known.
                if call.status != nil { task.cancel() }
            },
            body
        )
    }
}

extension DirtyView {
    /// The bytes this view is of.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: ptr, count: len) }
}
