/// The members of a GD request's payload that the arbiter looks at.
enum GDRequestMember: UInt8, CaseIterable {
    case appPath, action, args, kwargs, timeout, affinity, traceparent

    init?(_ name: ShortText) {
        switch name.count {
        case 4 where name == "args": self = .args
        case 6 where name == "action": self = .action
        case 6 where name == "kwargs": self = .kwargs
        case 7 where name == "timeout": self = .timeout
        case 8 where name == "app_path": self = .appPath
        case 8 where name == "affinity": self = .affinity
        case 11 where name == "traceparent": self = .traceparent
        default: return nil
        }
    }

    var name: String {
        switch self {
        case .appPath: "app_path"
        case .action: "action"
        case .args: "args"
        case .kwargs: "kwargs"
        case .timeout: "timeout"
        case .affinity: "affinity"
        case .traceparent: "traceparent"
        }
    }

    /// What the member must be, as a phrase for messages.
    var expectation: String {
        switch self {
        case .appPath, .action, .affinity, .traceparent: "a string"
        case .args: "a list"
        case .kwargs: "a dictionary"
        case .timeout: "a number"
        }
    }

    /// Whether a value that begins with `tag` is what the member must be.
    func accepts(_ tag: GDTag) -> Bool {
        switch self {
        case .appPath, .action, .affinity, .traceparent: tag == .string
        case .args: tag == .list
        case .kwargs: tag == .dict
        case .timeout: tag == .int || tag == .float
        }
    }
}
