/// Remembers where the members of a message lie that Dirty Host looks at, as a ``JSONMachine`` passes them.
struct MemberCollector: JSONSink, Sendable {
    /// One for each ``MessageMember``, at its raw value.
    private var spans = InlineArray<15, MemberSpan>(repeating: MemberSpan())
    /// One bit per member whose name has come.
    private var named: UInt16 = 0
    /// One bit per member whose value has come whole and is of the right kind.
    private var accepted: UInt16 = 0
    /// One bit per member whose value is of the wrong kind, and not `null`.
    private var rejected: UInt16 = 0
    private var current: MessageMember?
    private var text = ShortText()
    private var nameOffset = 0
    private(set) var isCapturing = false
    /// What the member `type` says, if that is a string.
    private(set) var type = ShortText()

    static var observes: Bool { true }

    /// The member, if it has come whole and is of the right kind.
    subscript(member: MessageMember) -> MemberSpan? {
        accepted & Self.bit(member) != 0 ? spans[Int(member.rawValue)] : nil
    }

    /// The member, if it is of the wrong kind, and not `null`.
    func wrong(_ member: MessageMember) -> MemberSpan? {
        rejected & Self.bit(member) != 0 ? spans[Int(member.rawValue)] : nil
    }

    /// Whether any member is of the wrong kind.
    var hasWrong: Bool { rejected != 0 }

    /// Forgets everything.
    mutating func reset() {
        named = 0
        accepted = 0
        rejected = 0
        isCapturing = false
        type = ShortText()
    }

    @inline(__always)
    mutating func capture(_ bytes: UnsafeRawBufferPointer) {
        text.append(bytes)
    }

    mutating func capture(escaped byte: UInt8?) {
        if let byte { text.append(byte) } else { text.spoil() }
    }

    mutating func rootBegan(_ kind: JSONKind, at offset: Int) throws(JSONError) {
        guard kind == .object else { throw JSONError(.notAnObject(kind), at: offset) }
    }

    @inline(__always)
    mutating func nameBegan(at offset: Int) {
        nameOffset = offset
        text = ShortText()
        isCapturing = true
    }

    @inline(never)
    mutating func nameEnded() throws(JSONError) {
        isCapturing = false
        current = MessageMember(text)
        guard let current else { return }
        guard named & Self.bit(current) == 0 else {
            throw JSONError(.duplicateMember(current.name), at: nameOffset)
        }
        named |= Self.bit(current)
    }

    @inline(__always)
    mutating func valueBegan(_ kind: JSONKind, at offset: Int) {
        guard let current else { return }
        spans[Int(current.rawValue)] = MemberSpan(kind: kind, start: offset)
        if current == .type, kind == .string {
            text = ShortText()
            isCapturing = true
        }
    }

    @inline(never)
    mutating func valueEnded(at offset: Int, isPlain: Bool) {
        guard let current else { return }
        let place = Int(current.rawValue)
        spans[place].end = offset
        spans[place].isPlain = isPlain
        if current.accepts(spans[place]) {
            accepted |= Self.bit(current)
        } else if spans[place].kind != .null {
            rejected |= Self.bit(current)
        }
        if current == .type {
            isCapturing = false
            type = text
        }
    }

    @inline(__always)
    private static func bit(_ member: MessageMember) -> UInt16 {
        1 &<< UInt16(member.rawValue)
    }
}
