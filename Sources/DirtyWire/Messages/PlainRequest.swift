/// A request that brings nothing but texts, as places in its message: what most are, told without all that may be in others.
public struct PlainRequest: Sendable {
    /// The request's id, with its quotes if it is a string.
    public let id: Range<Int>
    /// The app's name or path; it has no escapes.
    public let appPath: Range<Int>
    /// The action's name; it has no escapes.
    public let action: Range<Int>
    /// The positional arguments, a JSON array; empty if there are none.
    public let args: Range<Int>
    /// The keyword arguments, a JSON object; empty if there are none.
    public let kwargs: Range<Int>
    /// Whether the client takes attachments, and brings none.
    public let takesAttachments: Bool
    /// How long the client gives the call; ``RequestHead/timeout(_:in:)`` reads it.
    public let timeout: NumberSpan?
    /// The key by which calls are kept on one worker; it has no escapes.
    public let affinity: Range<Int>?

    /// What `members` say; nil if they don't make a request, or one with more to it, or a wrong one.
    init?(_ members: borrowing MemberCollector) {
        guard !members.hasWrong, MessageKind(members.type) == .request,
            members[.answerArea] == nil,
            let id = members[.id], id.end - id.start <= RequestIDSpan.maxBytes,
            let appPath = members[.appPath], appPath.isPlain,
            let action = members[.action], action.isPlain
        else { return nil }
        let attachments = members[.attachments]?.range
        // Just brackets: any more may be one.
        guard attachments?.count ?? 2 == 2 else { return nil }
        takesAttachments = attachments != nil
        let affinity = members[.affinity]
        guard affinity?.isPlain ?? true else { return nil }
        self.id = id.range
        self.appPath = appPath.string.range
        self.action = action.string.range
        args = members[.args]?.range ?? 0..<0
        kwargs = members[.kwargs]?.range ?? 0..<0
        timeout = members[.timeout]?.number
        self.affinity = affinity?.string.range
    }
}
