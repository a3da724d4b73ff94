import ArbiterCore
import DirtyWire

/// How a reload ended.
struct ReloadResult: Sendable {
    /// What came of it.
    enum Outcome: Sendable {
        /// The new generation serves.
        case completed
        /// There was nothing to do.
        case unchanged
        /// It was not begun; why.
        case refused(String)
        /// A new worker failed, and the old code serves everywhere; what that worker left behind.
        case rolledBack(ReloadFailure, LastWords?)
    }

    /// What a worker left behind that ended before it was ready.
    struct LastWords: Sendable {
        /// Which worker.
        let worker: WorkerID
        /// The last that it printed.
        let outputTail: String
        /// Where it crashed; empty if it didn't, or couldn't say.
        let traceback: String
    }

    /// What came of it.
    let outcome: Outcome
    /// The generation that serves now.
    let generation: Int
    /// Plugins found in directories that can't be used.
    let skipped: [SkippedPlugin]
    /// How long it took.
    let time: Duration

    /// Whether all went as it was asked for.
    var isSuccess: Bool {
        switch outcome {
        case .completed, .unchanged: skipped.isEmpty
        case .refused, .rolledBack: false
        }
    }

    /// The word for the outcome, as `status` has it.
    private var word: String {
        switch outcome {
        case .completed: "completed"
        case .unchanged: "unchanged"
        case .refused: "refused"
        case .rolledBack: "rolled_back"
        }
    }

    /// What went wrong, and what that means; nil if nothing did.
    ///
    /// `name` gives an app's name.
    func problem(_ name: (AppID) -> String) -> String? {
        switch outcome {
        case .completed, .unchanged:
            guard !skipped.isEmpty else { return nil }
            let reasons = skipped.map { plugin in
                "\(plugin.app) \(plugin.keepsOldCode ? "keeps its old code" : "is left out"): \(plugin.reason)"
            }
            return "not every plugin could be used: " + reasons.joined(separator: "; ")
        case .refused(let cause):
            return "nothing was reloaded: \(cause)"
        case .rolledBack(let failure, _):
            return "rolled back to generation \(generation): \(Self.cause(failure, name))"
        }
    }

    /// Why a reload failed, with the app's name where that isn't part of it.
    private static func cause(_ failure: ReloadFailure, _ name: (AppID) -> String) -> String {
        guard let app = failure.app.map(name), !failure.cause.contains(app) else { return failure.cause }
        return "app \(app): \(failure.cause)"
    }

    /// What `status` tells of it, and a successful reload answers; `name` gives an app's name.
    func json(_ name: (AppID) -> String) -> JSONValue {
        var members: JSONObject = [
            "outcome": .string(word), "generation": JSONValue(generation), "seconds": .double(time.seconds),
        ]
        members.addMissing(from: details(name))
        return .object(members)
    }

    /// The error that whoever asked for the reload gets; nil if all went as asked.
    func error(_ name: (AppID) -> String) -> ErrorReply? {
        guard let problem = problem(name) else { return nil }
        let executed: Executed =
            switch outcome {
            case .completed, .unchanged: .yes
            case .refused, .rolledBack: .no
            }
        var details: JSONObject = ["generation": JSONValue(generation), "outcome": .string(word)]
        details.addMissing(from: self.details(name))
        return ErrorReply(.reload, problem, executed: executed, details: details)
    }

    private func details(_ name: (AppID) -> String) -> JSONObject {
        var details = JSONObject()
        switch outcome {
        case .completed, .unchanged:
            break
        case .refused(let cause):
            details["cause"] = .string(cause)
        case .rolledBack(let failure, let lastWords):
            details["cause"] = .string(Self.cause(failure, name))
            details["app"] = failure.app.map { .string(name($0)) }
            details["slot"] = failure.slot.map { JSONValue($0.rawValue) }
            details["worker_id"] = failure.worker.map { JSONValue($0.rawValue) }
            details["output_tail"] = lastWords.map { .string($0.outputTail) }
            details["traceback"] = lastWords.map { .string($0.traceback) }
        }
        guard !skipped.isEmpty else { return details }
        details["skipped"] = .array(
            skipped.map { plugin in
                [
                    "app": .string(plugin.app), "path": .string(plugin.path), "cause": .string(plugin.reason),
                    "keeps_old_code": .bool(plugin.keepsOldCode),
                ]
            }
        )
        return details
    }
}
