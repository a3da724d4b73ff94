/// Remembers where the wanted members of a GD request's payload lie, as a ``GDMachine`` passes them.
struct GDMemberCollector: GDSink, Sendable {
    /// Where a member's value lies.
    struct Span: Sendable {
        var tag = GDTag.none
        /// The value's bytes, tag and length included.
        var range = 0..<0
    }

    /// One for each ``GDRequestMember``, at its raw value.
    private var spans = InlineArray<7, Span>(repeating: Span())
    /// One bit per member whose name has come.
    private var named: UInt8 = 0
    /// One bit per member whose value has come whole.
    private var complete: UInt8 = 0
    private var current: GDRequestMember?
    private var name = ShortText()
    private var nameOffset = 0

    static var observes: Bool { true }

    /// The member, if it has come whole and is not nil.
    subscript(member: GDRequestMember) -> Span? {
        guard complete & Self.bit(member) != 0 else { return nil }
        let span = spans[Int(member.rawValue)]
        return span.tag == .none ? nil : span
    }

    /// Forgets everything.
    mutating func reset() {
        named = 0
        complete = 0
    }

    mutating func rootBegan(_ tag: GDTag, at offset: Int) throws(GDError) {
        guard tag == .dict else { throw GDError(.notADictionary(tag.phrase), at: offset) }
    }

    mutating func nameBegan(at offset: Int) {
        nameOffset = offset
        name = ShortText()
    }

    mutating func nameContinued(_ bytes: UnsafeRawBufferPointer) {
        name.append(bytes)
    }

    mutating func nameEnded() throws(GDError) {
        current = GDRequestMember(name)
        guard let current else { return }
        guard named & Self.bit(current) == 0 else {
            throw GDError(.duplicateMember(current.name), at: nameOffset)
        }
        named |= Self.bit(current)
    }

    mutating func valueBegan(_ tag: GDTag, at offset: Int) {
        guard let current else { return }
        spans[Int(current.rawValue)] = Span(tag: tag, range: offset..<offset)
    }

    mutating func valueEnded(at offset: Int) {
        guard let current else { return }
        let place = Int(current.rawValue)
        spans[place].range = spans[place].range.lowerBound..<offset
        complete |= Self.bit(current)
    }

    private static func bit(_ member: GDRequestMember) -> UInt8 {
        1 << member.rawValue
    }
}
