import ArbiterCore
import DirtyWire

/// Puts the core's failures into the words and details that clients get (DESIGN.md §6's table).
struct FailureWording {
    /// How the client named the app.
    let appPath: String
    /// The action; empty if it isn't known.
    let action: String

    /// The error for `failure`, with the post-mortem there is.
    func error(for failure: Failure, traceback: String = "", outputTail: String = "") -> ErrorReply {
        switch failure {
        case .noWorkers(let cause, let retryAfter):
            return noWorkers(cause, retryAfter)
        case .overloaded(let bound, let retryAfter):
            return overloaded(bound, retryAfter)
        case .timedOutWaiting(let timeout):
            return ErrorReply(
                .timeout,
                "\(what) waited \(timeout.seconds) s for a worker and was never begun",
                executed: .no,
                details: callDetails(["timeout": .double(timeout.seconds)])
            )
        case .timedOutRunning(let timeout, let lane, let isClientTimeout):
            var details = callDetails([
                "timeout": .double(timeout.seconds), "worker_id": .int(Int64(lane.worker.rawValue)),
            ])
            if !traceback.isEmpty { details["traceback"] = .string(traceback) }
            let bound = isClientTimeout ? "its own timeout of" : "the timeout of"
            return ErrorReply(
                .timeout,
                "\(what) ran past \(bound) \(timeout.seconds) s",
                executed: .maybe,
                details: details
            )
        case .workerDied(let worker, _, let exit):
            return workerDied(worker, exit, traceback: traceback, outputTail: outputTail)
        case .cancelled(let begun):
            return ErrorReply(
                .cancelled,
                "\(what) was cancelled by its client",
                executed: begun ? .maybe : .no,
                details: callDetails([:])
            )
        case .interrupted(let worker, let isStopping):
            return interrupted(worker, isStopping: isStopping)
        case .quarantined(let remaining):
            return quarantined(remaining)
        }
    }

    /// The error of a call that was on a worker when that had to end.
    private func interrupted(_ worker: WorkerID, isStopping: Bool) -> ErrorReply {
        var details = callDetails(["worker_id": .int(Int64(worker.rawValue))])
        guard isStopping else {
            return ErrorReply(
                .worker,
                "\(what) didn't end in the time that its worker had left, which was to be replaced",
                executed: .maybe,
                details: details
            )
        }
        details["cause"] = "stopping"
        return ErrorReply(
            .noWorkersAvailable,
            "\(what) didn't end in the time that was left: the host is stopping",
            executed: .maybe,
            details: details
        )
    }

    private func quarantined(_ remaining: Duration) -> ErrorReply {
        ErrorReply(
            .quarantined,
            "\(what), with these arguments, has killed workers; it is refused for another \(remaining.seconds) s, or "
                + "until \(appPath) is reloaded",
            executed: .no,
            details: callDetails(["until": .double(remaining.seconds), "retry_after": .double(remaining.seconds)])
        )
    }

    private func noWorkers(_ cause: Failure.NoWorkersCause, _ retryAfter: Duration?) -> ErrorReply {
        let (word, reason): (String, String) =
            switch cause {
            case .noneConfigured: ("none_configured", "the host runs no workers for it (dirty_workers is 0)")
            case .crashLooping(let last): ("crash_looping", "its workers fail to boot again and again: \(last)")
            case .stopping: ("stopping", "the host is stopping")
            case .removed: ("removed", "the app was removed by a reload")
            }
        var details: JSONObject = ["app_path": .string(appPath), "cause": .string(word)]
        if let retryAfter { details["retry_after"] = .double(retryAfter.seconds) }
        return ErrorReply(
            .noWorkersAvailable,
            "no worker for \(appPath): \(reason)",
            executed: .no,
            details: details
        )
    }

    private func overloaded(_ bound: Failure.Bound, _ retryAfter: Duration) -> ErrorReply {
        let (word, limit, reason): (String, Int, String) =
            switch bound {
            case .backlog(let limit): ("backlog", limit, "\(limit) calls of \(appPath) wait already")
            case .connection(let limit): ("connection", limit, "the connection has \(limit) calls in flight already")
            case .memory(let limit): ("memory", limit, "the host holds its \(limit) bytes of calls already")
            }
        return ErrorReply(
            .overloaded,
            "\(reason); try again later",
            executed: .no,
            details: [
                "app_path": .string(appPath), "bound": .string(word), "limit": .int(Int64(limit)),
                "retry_after": .double(retryAfter.seconds),
            ]
        )
    }

    private func workerDied(
        _ worker: WorkerID,
        _ exit: WorkerExit,
        traceback: String,
        outputTail: String
    ) -> ErrorReply {
        var details = callDetails(["worker_id": .int(Int64(worker.rawValue))])
        switch exit {
        case .signalled(let signal):
            details["signal"] = .int(Int64(signal))
            details["signal_name"] = .string(WorkerExit.name(of: signal))
        case .exited(let code):
            details["exit_code"] = .int(Int64(code))
        case .notStarted:
            break
        }
        details["output_tail"] = .string(outputTail)
        details["traceback"] = .string(traceback)
        return ErrorReply(
            .worker,
            "the worker of \(what) \(exit.words)",
            executed: .maybe,
            details: details
        )
    }

    private var what: String {
        "\(action) of \(appPath)"
    }

    private func callDetails(_ more: JSONObject) -> JSONObject {
        var details = more
        details["app_path"] = .string(appPath)
        details["action"] = .string(action)
        return details
    }
}
