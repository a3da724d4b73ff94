import DirtyClient

/// A step of a reload as people read it.
struct ReloadStep {
    let step: JSONValue

    init(_ step: JSONValue) {
        self.step = step
    }

    /// The step on one line.
    var line: String {
        let event = step["event"]?.stringValue ?? "?"
        switch event {
        case "preparing": return "generation \(text("generation")): reading plugins and configuration"
        case "waiting": return "waiting for \(text("for"))"
        case "retrying": return "once more, without \(text("without"))"
        case "finished": return finished
        default: return "[\(text("done"))/\(text("total"))] slot \(text("slot")): \(what(event))"
        }
    }

    private var finished: String {
        let result = step["result"]
        let generation = result?["generation"]?.intValue ?? 0
        guard result?["outcome"]?.stringValue != "unchanged" else {
            return "nothing to do; generation \(generation) serves"
        }
        return "generation \(generation) serves, after \(StatusReport.duration(result?["seconds"]))"
    }

    private func what(_ event: String) -> String {
        let worker = step["worker"]?.intValue.map { "worker \($0)" } ?? "a worker"
        return switch event {
        case "stopping": "\(worker) ends before its successor starts"
        case "spawning": "\(worker) starts"
        case "ready": "\(worker) serves"
        case "done": "done"
        case "closing": "closed; \(worker) ends its calls"
        case "failed": "\(worker) failed; going back"
        case "returning": "\(worker) starts with the old code"
        default: event
        }
    }

    private func text(_ member: String) -> String {
        guard let value = step[member] else { return "?" }
        return value.stringValue ?? value.description
    }
}
