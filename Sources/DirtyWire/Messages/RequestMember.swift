/// The members of a client's message that the arbiter looks at.
enum RequestMember: UInt8, TopLevelMember {
    case type, id, appPath, action, args, kwargs, timeout, affinity, attachments, traceparent

    init?(_ name: ShortText) {
        switch name.count {
        case 2 where name == "id": self = .id
        case 4 where name == "type": self = .type
        case 4 where name == "args": self = .args
        case 6 where name == "action": self = .action
        case 6 where name == "kwargs": self = .kwargs
        case 7 where name == "timeout": self = .timeout
        case 8 where name == "app_path": self = .appPath
        case 8 where name == "affinity": self = .affinity
        case 11 where name == "attachments": self = .attachments
        case 11 where name == "traceparent": self = .traceparent
        default: return nil
        }
    }

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
        }
    }

    /// What the member must be, as a phrase for messages.
    var expectation: String {
        self == .id ? "a string or an integer" : expectedKind.phrase
    }

    func accepts(_ span: MemberSpan) -> Bool {
        span.kind == expectedKind || (self == .id && span.kind == .number && span.isPlain)
    }

    /// Whether a message of `kind` means anything by this member.
    func matters(to kind: MessageKind) -> Bool {
        switch self {
        case .type, .id: true
        case .appPath: kind == .request || kind == .describe
        case .action, .args, .kwargs, .timeout, .affinity, .attachments, .traceparent: kind == .request
        }
    }

    private var expectedKind: JSONKind {
        switch self {
        case .type, .id, .appPath, .action, .affinity, .traceparent: .string
        case .args, .attachments: .array
        case .kwargs: .object
        case .timeout: .number
        }
    }
}
