/// Where the value of a message's member lies, and what it is at a glance.
struct MemberSpan: Sendable {
    var kind = JSONKind.null
    /// Whether a string has no escapes, or a number neither fraction nor exponent.
    var isPlain = false
    /// The value's bytes, of a string with its quotes.
    var start = 0
    var end = 0

    var range: Range<Int> { start..<end }
    var string: StringSpan { StringSpan(range: start + 1..<end - 1, hasEscapes: !isPlain) }
    var number: NumberSpan { NumberSpan(range: start..<end, isInteger: isPlain) }
}
