internal import CDirtyApp

/// One run of an action: what `handle` was given, for as long as it lasts.
struct Invocation {
    private let request: UnsafePointer<DirtyRequest>
    /// The instance that runs it; not counted, as it outlives the run.
    private let instance: Unmanaged<AppInstance>
    private var madeCall: Call?

    init(_ request: UnsafePointer<DirtyRequest>, of instance: AppInstance) {
        self.request = request
        self.instance = Unmanaged.passUnretained(instance)
    }

    /// The call, to be looked at or kept by author code.
    ///
    /// Made when it is first asked for: most actions never do.
    var call: Call {
        mutating get {
            if let madeCall { return madeCall }
            let call = instance._withUnsafeGuaranteedRef {
                Call(host: $0.host, id: request.pointee.id, deadlineNanoseconds: request.pointee.deadline_ns)
            }
            madeCall = call
            return call
        }
    }

    var context: CallContext {
        mutating get { CallContext(call: call) }
    }

    /// Begins a stream, which the answer is then even if no chunk comes.
    mutating func writer() -> StreamWriter {
        let call = call
        call.host.beginStream(call.id)
        return StreamWriter(call: call, executor: nil)
    }

    /// Takes the arguments apart, which are lent until the run's end.
    @inline(__always)
    mutating func arguments(_ signature: Signature) throws -> ArgumentReader {
        // Without attachments there is nothing to borrow, and nobody who asks whether the call has ended.
        let attachments: AttachmentViews = request.pointee.attachment_count > 0 ? AttachmentViews(request, call) : .none
        return try ArgumentReader(signature, request, attachments: attachments)
    }

    /// Ends the call with a result.
    func finish<Result>(_ result: Result, _ writer: ValueWriter<Result>) throws {
        // The host answers for what it can't take (a result over its limit); a call that ended meanwhile needs no
        // answer.
        _ = try instance._withUnsafeGuaranteedRef { try $0.host.finish(request.pointee.id, result, writer) }
    }

    /// Runs an async body as a task on this thread, cancelled when the call is.
    mutating func runTask<Result>(_ body: @escaping (LaneExecutor) async throws -> Result) throws -> Result {
        let call = call
        return try instance._withUnsafeGuaranteedRef { instance in
            defer { instance.running.remove(call.id) }
            return try LaneExecutor.run(
                started: { task in
                    instance.running.add(task, for: call.id)
                    // Cancelled before it was known.
                    if call.status != nil { task.cancel() }
                },
                body
            )
        }
    }

    /// Notes that `handle` returns.
    func end() { madeCall?.end() }
}

extension DirtyView {
    /// The bytes this view is of.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: ptr, count: len) }
}
