/// Scans the payload of a GD request as it arrives, in pieces cut anywhere, for what the arbiter must know of it.
///
/// It checks the whole payload (bounds, UTF-8, depth, counts, booleans) and remembers where the known members lie.
/// Members that are unknown are passed over; a second known one of a name is an error. Offsets count from the payload's
/// first byte.
public struct GDScanner: Sendable {
    private var machine = GDMachine()
    private var members = GDMemberCollector()

    /// A scanner at the start of a payload.
    public init() {}

    /// Makes ready for the next payload.
    public mutating func reset() {
        machine.reset()
        members.reset()
    }

    /// Scans the next piece of the payload.
    ///
    /// After an error only ``reset()`` makes sense.
    public mutating func feed(_ piece: UnsafeRawBufferPointer) throws(GDError) {
        try machine.feed(piece, to: &members)
    }

    /// Says that the payload has ended, and returns what it says.
    public mutating func finish() throws(GDError) -> GDRequestHead {
        try machine.finish()
        return GDRequestHead(members)
    }
}
