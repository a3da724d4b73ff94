/// The members of a reply that a client looks at.
enum ReplyMember: UInt8, TopLevelMember {
    case type, id, result, data, error, attachments

    init?(_ name: ShortText) {
        switch name.count {
        case 2 where name == "id": self = .id
        case 4 where name == "type": self = .type
        case 4 where name == "data": self = .data
        case 5 where name == "error": self = .error
        case 6 where name == "result": self = .result
        case 11 where name == "attachments": self = .attachments
        default: return nil
        }
    }

    var name: String {
        switch self {
        case .type: "type"
        case .id: "id"
        case .result: "result"
        case .data: "data"
        case .error: "error"
        case .attachments: "attachments"
        }
    }

    func accepts(_ span: MemberSpan) -> Bool {
        switch self {
        case .type: span.kind == .string
        case .id: span.kind == .string || (span.kind == .number && span.isPlain)
        case .result, .data: true
        case .error: span.kind == .object
        case .attachments: span.kind == .array
        }
    }
}
