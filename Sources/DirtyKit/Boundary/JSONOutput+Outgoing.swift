internal import CDirtyApp

/// A function of the host's that takes a text and the attachments it refers to, lent for its duration.
typealias Outgoing = (UnsafePointer<CChar>?, Int, UnsafePointer<DirtyOut>?, UInt32) -> Int32

extension JSONOutput {
    /// Hands the text and the attachments to the host, in its form.
    /// - Returns: What the host says.
    func send(to host: Outgoing) -> Int32 {
        text.withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { text in
                guard !attachments.isEmpty else { return host(text.baseAddress, text.count, nil, 0) }
                var outgoing: [DirtyOut] = []
                outgoing.reserveCapacity(attachments.count)
                return lend(from: 0, &outgoing) { host(text.baseAddress, text.count, $0.baseAddress, UInt32($0.count)) }
            }
        }
    }

    /// Lends attachment `index` and those after it.
    ///
    /// Nested, because bytes can only be lent for the duration of a closure.
    private func lend(
        from index: Int,
        _ outgoing: inout [DirtyOut],
        _ body: (UnsafeBufferPointer<DirtyOut>) -> Int32
    ) -> Int32 {
        if index == attachments.count { return outgoing.withUnsafeBufferPointer(body) }
        if index == Self.lentInPlace { return lendCopies(from: index, &outgoing, body) }
        return attachments[index].withUnsafeBytes { bytes in
            outgoing.append(Self.borrowed(bytes))
            return lend(from: index + 1, &outgoing, body)
        }
    }

    /// So many are lent where they are, which costs stack; the rest are copied into one buffer.
    private static let lentInPlace = 64

    private func lendCopies(
        from start: Int,
        _ outgoing: inout [DirtyOut],
        _ body: (UnsafeBufferPointer<DirtyOut>) -> Int32
    ) -> Int32 {
        var slab: [UInt8] = []
        slab.reserveCapacity(attachments[start...].reduce(0) { $0 + $1.count })
        for attachment in attachments[start...] { attachment.withUnsafeBytes { slab.append(contentsOf: $0) } }
        return slab.withUnsafeBytes { bytes in
            var at = 0
            for attachment in attachments[start...] {
                outgoing.append(Self.borrowed(UnsafeRawBufferPointer(rebasing: bytes[at..<at + attachment.count])))
                at += attachment.count
            }
            return outgoing.withUnsafeBufferPointer(body)
        }
    }

    private static func borrowed(_ bytes: UnsafeRawBufferPointer) -> DirtyOut {
        DirtyOut(ptr: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), len: bytes.count, release: nil, ctx: nil)
    }
}
