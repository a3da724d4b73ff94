import ArbiterCore
import DirtyWire

/// Asks the apps of a new worker for their health, one after the other on lane 0, before it counts as ready.
///
/// Decides only; whoever owns it sends what it says, and hands in what comes back.
struct HealthGate: Sendable {
    /// One question.
    struct Question: Hashable, Sendable {
        /// The app.
        let app: AppID
        /// Its place in the worker's list.
        let position: Int
        /// The action to call.
        let action: String
    }

    /// What is to be done next.
    enum Step: Hashable, Sendable {
        /// Call this action, under this sequence.
        case ask(Question, sequence: UInt64)
        /// Nothing yet.
        case wait
        /// All apps are well.
        case pass
        /// This app isn't; why.
        case fail(AppID, String)
    }

    /// Sequences of questions end here, far above any that the core gives to a call.
    private static let lastSequence = UInt64.max >> 8

    private var rest: [Question]
    private var asked: Question?
    private var isAnswered = false

    /// A gate that asks `questions`, in their order.
    init(_ questions: [Question]) {
        rest = questions.reversed()
    }

    /// The app that is being asked; nil if none is.
    var asking: AppID? { asked?.app }

    /// What to do at the beginning, and after each answer.
    mutating func advance() -> Step {
        isAnswered = false
        asked = rest.popLast()
        return asked.map { .ask($0, sequence: sequence) } ?? .pass
    }

    /// What to do about a reply on lane 0, whose body tells the result or the error.
    mutating func received(_ kind: ReplyKind, sequence: UInt64, isLaneBusy: Bool, body: JSONValue?) -> Step {
        guard let question = asked, sequence == self.sequence else {
            return .fail(asked?.app ?? AppID(0), "the worker answered a call that it wasn't given")
        }
        switch kind {
        case .chunk:
            return .wait
        case .free:
            return isAnswered ? advance() : .wait
        case .error:
            let reason = body?["message"]?.stringValue ?? "it gives no reason"
            return .fail(question.app, "its action \(question.action) says that it isn't well: \(reason)")
        case .response where body == .bool(false):
            return .fail(question.app, "its action \(question.action) answers false")
        case .response, .end:
            guard isLaneBusy else { return advance() }
            isAnswered = true
            return .wait
        }
    }

    private var sequence: UInt64 { Self.lastSequence - UInt64(rest.count) }
}
