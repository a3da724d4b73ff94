/// Scans a client's message as it arrives, in pieces cut anywhere, for what the arbiter must know of it.
///
/// It checks the whole message by RFC 8259, remembers where the known top-level members lie, and neither builds values
/// nor allocates. Members that are unknown are passed over, whatever their number; a second known one of a name is an
/// error. Offsets count from the message's first byte.
public struct RequestScanner: Sendable {
    private var machine: JSONMachine
    private var members = MemberCollector()

    /// A scanner at the start of a message.
    ///
    /// At most `maxDepth` containers lie within each other, the message's own object being the first. Above 512 it
    /// counts as 512.
    public init(maxDepth: Int = 512) {
        machine = JSONMachine(maxDepth: maxDepth)
    }

    /// Makes ready for the next message.
    public mutating func reset() {
        machine.reset()
        members.reset()
    }

    /// Scans the next piece of the message.
    ///
    /// After an error only ``reset()`` and ``headSoFar`` make sense.
    public mutating func feed(_ piece: UnsafeRawBufferPointer) throws(JSONError) {
        try machine.feed(piece, to: &members)
    }

    /// Says that the message has ended, and returns what it says.
    public mutating func finish() throws(JSONError) -> RequestHead {
        try machine.finish()
        return RequestHead(members)
    }

    /// Scans a whole message; nil if it is no ``PlainRequest``, or wrong: then it is to be scanned by the other methods.
    public mutating func plainRequest(_ message: UnsafeRawBufferPointer) -> PlainRequest? {
        guard message.count <= UInt32.max else { return nil }
        reset()
        do throws(JSONError) {
            try machine.feed(message, to: &members)
            try machine.finish()
        } catch {
            return nil
        }
        return PlainRequest(members)
    }

    /// What the members say that have come whole by now.
    ///
    /// So an error can be answered under the message's own id.
    public var headSoFar: RequestHead { RequestHead(members) }
}
