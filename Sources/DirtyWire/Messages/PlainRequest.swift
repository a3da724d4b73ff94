/// A request that brings nothing but texts, as places in its message: what most are, told without all that may be in others.
public struct PlainRequest: Sendable {
    /// Where a member is in a message, whose length is told by four bytes; at 0, where none can be, if there is none.
    private struct Place: Sendable {
        let start: UInt32
        let end: UInt32

        init(_ range: Range<Int>?) {
            start = UInt32(range?.lowerBound ?? 0)
            end = UInt32(range?.upperBound ?? 0)
        }

        var range: Range<Int> { Int(start)..<Int(end) }
        var isThere: Bool { start > 0 }
    }

    private let idPlace: Place
    private let appPathPlace: Place
    private let actionPlace: Place
    private let argsPlace: Place
    private let kwargsPlace: Place
    private let timeoutPlace: Place
    private let affinityPlace: Place
    private let isTimeoutInteger: Bool
    /// Whether the client takes attachments, and brings none.
    public let takesAttachments: Bool

    /// The request's id, with its quotes if it is a string.
    public var id: Range<Int> { idPlace.range }
    /// The app's name or path; it has no escapes.
    public var appPath: Range<Int> { appPathPlace.range }
    /// The action's name; it has no escapes.
    public var action: Range<Int> { actionPlace.range }
    /// The positional arguments, a JSON array; empty if there are none.
    public var args: Range<Int> { argsPlace.range }
    /// The keyword arguments, a JSON object; empty if there are none.
    public var kwargs: Range<Int> { kwargsPlace.range }
    /// How long the client gives the call; ``RequestHead/timeout(_:in:)`` reads it.
    public var timeout: NumberSpan? {
        timeoutPlace.isThere ? NumberSpan(range: timeoutPlace.range, isInteger: isTimeoutInteger) : nil
    }
    /// The key by which calls are kept on one worker; it has no escapes.
    public var affinity: Range<Int>? { affinityPlace.isThere ? affinityPlace.range : nil }

    /// What `members` say; nil if they don't make a request, or one with more to it, or a wrong one.
    ///
    /// Inlined, because a call would have the members copied.
    @inline(__always)
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
        idPlace = Place(id.range)
        appPathPlace = Place(appPath.string.range)
        actionPlace = Place(action.string.range)
        argsPlace = Place(members[.args]?.range)
        kwargsPlace = Place(members[.kwargs]?.range)
        let timeout = members[.timeout]
        timeoutPlace = Place(timeout?.range)
        isTimeoutInteger = timeout?.isPlain ?? false
        affinityPlace = Place(affinity?.string.range)
    }
}
