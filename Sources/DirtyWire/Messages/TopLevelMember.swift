/// The members that a kind of message can have and that its reader wants to know of.
///
/// Raw values count from 0 and stay below ``MemberCollector/capacity``.
protocol TopLevelMember: RawRepresentable<UInt8>, CaseIterable, Sendable {
    /// The member named `name`; nil if it is none of these.
    init?(_ name: ShortText)
    /// Its name on the wire.
    var name: String { get }
    /// Whether `span` is of the kind that the member must be.
    func accepts(_ span: MemberSpan) -> Bool
}

/// Where the value of a top-level member lies, and what it is at a glance.
struct MemberSpan: Sendable {
    var kind: JSONKind = .null
    /// Whether a string has no escapes, or a number neither fraction nor exponent.
    var isPlain = false
    /// The value's bytes, of a string with its quotes.
    var start = 0
    var end = 0

    var range: Range<Int> { start..<end }
    var string: StringSpan { StringSpan(range: start + 1..<end - 1, hasEscapes: !isPlain) }
    var number: NumberSpan { NumberSpan(range: start..<end, isInteger: isPlain) }
}
