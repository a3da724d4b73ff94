/// The top-level members that Dirty Host looks at, in clients' messages and in replies.
enum MessageMember: UInt8, CaseIterable {
    case type, id, appPath, action, args, kwargs, timeout, affinity, attachments, traceparent
    case result, data, error
    case sharedMemory, answerArea

    /// The member named `name`; nil if it is none of these.
    init?(_ name: ShortText) {
        switch name.count {
        case 2 where name == "id": self = .id
        case 4 where name == "type": self = .type
        case 4 where name == "args": self = .args
        case 4 where name == "data": self = .data
        case 5 where name == "error": self = .error
        case 6 where name == "action": self = .action
        case 6 where name == "kwargs": self = .kwargs
        case 6 where name == "result": self = .result
        case 7 where name == "timeout": self = .timeout
        case 8 where name == "app_path": self = .appPath
        case 8 where name == "affinity": self = .affinity
        case 11 where name == "attachments": self = .attachments
        case 11 where name == "traceparent": self = .traceparent
        case 11 where name == "answer_area": self = .answerArea
        case 13 where name == "shared_memory": self = .sharedMemory
        default: return nil
        }
    }

    /// Its name on the wire.
    var name: String {
        switch self {
        case .type: "type"
        case .id: "id"
        case .appPath: "app_path"
        case .action: "action"
        case .args: "args"
        case .kwargs: "kwargs"
        case .timeout: "timeout"
        case .affinity: "affinity"
        case .attachments: "attachments"
        case .traceparent: "traceparent"
        case .result: "result"
        case .data: "data"
        case .error: "error"
        case .sharedMemory: "shared_memory"
        case .answerArea: "answer_area"
        }
    }

    /// What the member must be, as a phrase for messages.
    var expectation: String {
        self == .id ? "a string or an integer" : expectedKind?.phrase ?? "any value"
    }

    /// Whether `span` is of the kind that the member must be.
    func accepts(_ span: MemberSpan) -> Bool {
        guard let expectedKind else { return true }
        return span.kind == expectedKind || (self == .id && span.kind == .number && span.isPlain)
    }

    /// Whether a client's message of `kind` means anything by this member.
    func matters(to kind: MessageKind) -> Bool {
        switch self {
        case .type, .id, .attachments: true
        case .appPath: kind == .request || kind == .describe
        case .action, .args, .kwargs, .timeout, .affinity, .traceparent, .answerArea: kind == .request
        case .sharedMemory: kind == .hello
        case .result, .data, .error: false
        }
    }

    /// Nil if any will do.
    private var expectedKind: JSONKind? {
        switch self {
        case .type, .id, .appPath, .action, .affinity, .traceparent: .string
        case .args, .attachments: .array
        case .kwargs, .error, .answerArea: .object
        case .timeout: .number
        case .sharedMemory: .bool
        case .result, .data: nil
        }
    }
}
