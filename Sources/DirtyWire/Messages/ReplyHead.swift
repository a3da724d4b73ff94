/// What a reply says in its top-level members, as places in the message: for clients.
public struct ReplyHead: Sendable {
    private let members: MemberCollector

    /// Checks the whole message by RFC 8259 and finds its members.
    public init(scanning message: UnsafeRawBufferPointer) throws(JSONError) {
        var machine = JSONMachine()
        var members = MemberCollector()
        try machine.feed(message, to: &members)
        try machine.finish()
        self.members = members
    }

    /// What the reply is, never ``ReplyKind/free``; nil if it does not say, or says something unknown.
    public var kind: ReplyKind? {
        switch members.type.count {
        case 3 where members.type == "end": .end
        case 5 where members.type == "chunk": .chunk
        case 5 where members.type == "error": .error
        case 8 where members.type == "response": .response
        default: nil
        }
    }

    /// The id of the message it answers; nil if the host could not make one out.
    public var id: RequestIDSpan? {
        members[.id].map { RequestIDSpan(range: $0.range, isString: $0.kind == .string) }
    }
    /// The result, a JSON value.
    public var result: Range<Int>? { members[.result]?.range }
    /// A chunk's data, a JSON value.
    public var data: Range<Int>? { members[.data]?.range }
    /// The error, a JSON object.
    public var error: Range<Int>? { members[.error]?.range }
    /// Where the attachments are, a JSON array.
    public var attachments: Range<Int>? { members[.attachments]?.range }

    /// Where each attachment is, in order: behind the message, or in the request's answer area; none without the member
    /// `attachments`.
    ///
    /// Throws if one is neither a size nor such a place, if there are more than `maxCount`, or more than `maxTotalBytes`
    /// together.
    public func attachmentPlaces(
        in message: UnsafeRawBufferPointer,
        maxCount: Int = .max,
        maxTotalBytes: Int = .max
    ) throws(ProtocolError) -> [AttachmentPlace] {
        guard let attachments else { return [] }
        return try AttachmentReader.read(
            message,
            attachments,
            of: .host,
            maxCount: maxCount,
            maxTotalBytes: maxTotalBytes
        )
    }
}
