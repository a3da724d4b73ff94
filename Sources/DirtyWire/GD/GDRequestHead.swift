/// What a GD request says in its payload's members, as places in the payload.
///
/// A member that is absent, nil, or of the wrong kind is nil here; ``problem`` tells which of these may not be.
public struct GDRequestHead: Sendable {
    private let members: GDMemberCollector

    init(_ members: GDMemberCollector) {
        self.members = members
    }

    /// The app's name or path, in UTF-8.
    public var appPath: Range<Int>? { text(.appPath) }
    /// The action's name, in UTF-8.
    public var action: Range<Int>? { text(.action) }
    /// The positional arguments, a GD list.
    public var args: Range<Int>? { accepted(.args)?.range }
    /// The keyword arguments, a GD dictionary.
    public var kwargs: Range<Int>? { accepted(.kwargs)?.range }
    /// The key by which calls are kept on one worker, in UTF-8.
    public var affinity: Range<Int>? { text(.affinity) }
    /// The W3C trace context the call belongs to, in UTF-8.
    public var traceparent: Range<Int>? { text(.traceparent) }

    /// How long the client gives the call, over waiting, running and streaming; nil if it sets no bound.
    ///
    /// Throws if the number is not above 0. What is beyond 31 years counts as 31 years.
    public func timeout(in payload: UnsafeRawBufferPointer) throws(ProtocolError) -> Duration? {
        guard let span = accepted(.timeout) else { return nil }
        let bits: UInt64 = payload.bigEndian(at: span.range.lowerBound + 1)
        let seconds = span.tag == .int ? Double(Int64(bitPattern: bits)) : Double(bitPattern: bits)
        guard seconds > 0 else {
            throw ProtocolError(
                .wrongMember,
                "the member \"timeout\" must be a number of seconds above 0",
                at: span.range.lowerBound
            )
        }
        return .seconds(min(seconds, 1e9))
    }

    /// What keeps the request from being acted on, with a sentence that names the member, what it must be, and what it
    /// is.
    ///
    /// Nil if all members are there that it needs, each of the right kind.
    public var problem: ProtocolError? {
        var first: (member: GDRequestMember, span: GDMemberCollector.Span)?
        for member in GDRequestMember.allCases {
            guard let span = members[member], !member.accepts(span.tag) else { continue }
            if first.map({ span.range.lowerBound < $0.span.range.lowerBound }) ?? true { first = (member, span) }
        }
        if let (member, span) = first {
            return ProtocolError(
                .wrongMember,
                "the member \"\(member.name)\" must be \(member.expectation) and is \(span.tag.phrase)",
                at: span.range.lowerBound
            )
        }
        if appPath == nil { return missing(.appPath) }
        if action == nil { return missing(.action) }
        return nil
    }

    private func accepted(_ member: GDRequestMember) -> GDMemberCollector.Span? {
        guard let span = members[member], member.accepts(span.tag) else { return nil }
        return span
    }

    /// A string's bytes, without tag and length.
    private func text(_ member: GDRequestMember) -> Range<Int>? {
        accepted(member).map { $0.range.lowerBound + 5..<$0.range.upperBound }
    }

    private func missing(_ member: GDRequestMember) -> ProtocolError {
        ProtocolError(
            .missingMember,
            "a request needs the member \"\(member.name)\", \(member.expectation); it is missing or nil"
        )
    }
}
