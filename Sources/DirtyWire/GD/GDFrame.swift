/// Frames in GD form: a ``GDHeader``, then a dictionary with one member, which is the body.
public enum GDFrame {
    /// How many bytes a reply's frame has before its body.
    ///
    /// An end has no payload at all, and so no body.
    public static func openingBytes(of kind: ReplyKind) -> Int {
        guard let name = bodyName(of: kind) else { return GDHeader.bytes }
        return GDHeader.bytes + 5 + 5 + name.utf8CodeUnitCount
    }

    /// Writes what a reply's frame has before its body; returns how many bytes that were.
    ///
    /// After it come `bodyBytes` bytes of body, a GD value, and nothing else. `buffer` has room for
    /// ``openingBytes(of:)``.
    @discardableResult
    public static func writeOpening(
        of kind: ReplyKind,
        requestID: UInt64,
        bodyBytes: Int,
        into buffer: UnsafeMutableRawBufferPointer
    ) -> Int {
        let total = openingBytes(of: kind)
        precondition(buffer.count >= total, "The opening of this reply needs \(total) bytes.")
        let payloadBytes = UInt32(total - GDHeader.bytes + bodyBytes)
        GDHeader(type: type(of: kind), payloadBytes: payloadBytes, requestID: requestID).encode(into: buffer)
        guard let name = bodyName(of: kind) else { return total }
        buffer[16] = GDTag.dict.rawValue
        buffer.storeBigEndian(1 as UInt32, at: 17)
        buffer[21] = GDTag.string.rawValue
        buffer.storeBigEndian(UInt32(name.utf8CodeUnitCount), at: 22)
        UnsafeMutableRawBufferPointer(rebasing: buffer[26...])
            .copyMemory(from: UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        return total
    }

    private static func type(of kind: ReplyKind) -> GDType {
        switch kind {
        case .response: .response
        case .chunk: .chunk
        case .end: .end
        case .error: .error
        case .free: preconditionFailure("A free frame is for the arbiter and never goes to a client.")
        }
    }

    private static func bodyName(of kind: ReplyKind) -> StaticString? {
        switch kind {
        case .response: "result"
        case .chunk: "data"
        case .error: "error"
        case .end, .free: nil
        }
    }
}
