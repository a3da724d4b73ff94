/// What a client's message says in its top-level members, as places in the message.
///
/// A member that is absent, `null`, or of the wrong kind is nil; ``problem(in:)`` tells which of these may not be.
public struct RequestHead: Sendable {
    /// Shared, because places of all members are long to copy.
    private final class Storage: Sendable {
        let members: MemberCollector

        init(_ members: MemberCollector) {
            self.members = members
        }
    }

    private let storage: Storage

    init(_ members: MemberCollector) {
        storage = Storage(members)
    }

    private var members: MemberCollector {
        _read { yield storage.members }
    }

    /// What the message asks for; nil if it does not say, or says something unknown.
    public var kind: MessageKind? { MessageKind(members.type) }
    /// The message's id, with its quotes if it is a string.
    public var id: RequestIDSpan? {
        members[.id].map { RequestIDSpan(range: $0.range, isString: $0.kind == .string) }
    }
    /// The member `type`, whatever it says.
    public var type: StringSpan? { members[.type]?.string }
    /// The app's name or path.
    public var appPath: StringSpan? { members[.appPath]?.string }
    /// The action's name.
    public var action: StringSpan? { members[.action]?.string }
    /// The positional arguments, a JSON array.
    public var args: Range<Int>? { members[.args]?.range }
    /// The keyword arguments, a JSON object.
    public var kwargs: Range<Int>? { members[.kwargs]?.range }
    /// How long the client gives the call; ``timeout(in:)`` reads it.
    public var timeout: NumberSpan? { members[.timeout]?.number }
    /// The key by which calls are kept on one worker.
    public var affinity: StringSpan? { members[.affinity]?.string }
    /// Where the attachments are, a JSON array; ``attachmentPlaces(in:maxCount:maxTotalBytes:)`` reads it.
    public var attachments: Range<Int>? { members[.attachments]?.range }
    /// Memory for the answer's attachments, a JSON object; ``answerArea(in:maxBytes:)`` reads it.
    public var answerArea: Range<Int>? { members[.answerArea]?.range }
    /// Whether memory is to be shared, a JSON boolean; ``asksForSharedMemory(in:)`` reads it.
    var sharedMemory: Range<Int>? { members[.sharedMemory]?.range }
    /// The W3C trace context the call belongs to.
    public var traceparent: StringSpan? { members[.traceparent]?.string }
}

// MARK: - Checks

extension RequestHead {
    /// What keeps the message from being acted on, with a sentence that names the member, what it must be, and what it
    /// is.
    ///
    /// Nil if it has a known type, a usable id, and for its type all members it needs, each of the right kind. The
    /// range of a timeout and where attachments are is checked where they are read.
    public func problem(in message: UnsafeRawBufferPointer) -> ProtocolError? {
        // First of all, as after it nobody knows where the next frame begins.
        if let span = members.wrong(.attachments) { return wrong(.attachments, span) }
        if let span = members.wrong(.type) { return wrong(.type, span) }
        guard let type else { return missing(.type, in: "a message") }
        guard let kind else { return unknownType(type.string(in: message), at: type.range.lowerBound - 1) }
        if members.hasWrong, let problem = firstWrong(for: kind) { return problem }
        guard let id else { return missing(.id, in: "a \(kind.rawValue) message") }
        if id.range.count > RequestIDSpan.maxBytes {
            let message = "the id has \(id.range.count) bytes; at most \(RequestIDSpan.maxBytes) are allowed"
            return ProtocolError(.wrongMember, message, at: id.range.lowerBound)
        }
        guard kind == .request else { return nil }
        if appPath == nil { return missing(.appPath, in: "a request") }
        if action == nil { return missing(.action, in: "a request") }
        return nil
    }

    /// The first member of the message that is of the wrong kind, among those that matter to a message of `kind`.
    private func firstWrong(for kind: MessageKind) -> ProtocolError? {
        var first: (member: MessageMember, span: MemberSpan)?
        for member in MessageMember.allCases where member.matters(to: kind) {
            guard let span = members.wrong(member) else { continue }
            if first.map({ span.start < $0.span.start }) ?? true { first = (member, span) }
        }
        return first.map { wrong($0.member, $0.span) }
    }

    private func missing(_ member: MessageMember, in what: String) -> ProtocolError {
        ProtocolError(
            .missingMember,
            "\(what) needs the member \"\(member.name)\", \(member.expectation); it is missing or null"
        )
    }

    private func wrong(_ member: MessageMember, _ span: MemberSpan) -> ProtocolError {
        let found = member == .id && span.kind == .number ? "a number that is no integer" : span.kind.phrase
        return ProtocolError(
            member == .attachments ? .badAttachments : .wrongMember,
            "the member \"\(member.name)\" must be \(member.expectation) and is \(found)",
            at: span.start
        )
    }

    private func unknownType(_ type: String, at offset: Int) -> ProtocolError {
        let known = MessageKind.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        return ProtocolError(
            .unknownType,
            "the message type \"\(type.prefix(64))\" is unknown; known are \(known)",
            at: offset
        )
    }
}
