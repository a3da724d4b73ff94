/// Reads the member `attachments`, in requests and in replies.
enum AttachmentSizes {
    /// The sizes in the JSON array at `range` of a checked message.
    ///
    /// Throws if one is no integer of 0 or above, if there are more than `maxCount`, or more than `maxTotalBytes`
    /// together.
    static func read(
        _ message: UnsafeRawBufferPointer,
        _ range: Range<Int>,
        maxCount: Int,
        maxTotalBytes: Int
    ) throws(ProtocolError) -> [Int] {
        var reader = JSONReader(UnsafeRawBufferPointer(rebasing: message[range]))
        var sizes: [Int] = []
        var total = 0
        _ = reader.skip(UInt8(ascii: "["))
        guard !reader.skip(UInt8(ascii: "]")) else { return sizes }
        repeat {
            _ = reader.next()
            let place = range.lowerBound + reader.position
            let span = reader.numberSpan()
            let digits = UnsafeRawBufferPointer(rebasing: message[range])
            guard !span.range.isEmpty, let size = span.integer(in: digits, as: Int.self), size >= 0 else {
                throw ProtocolError(
                    .badAttachments,
                    "the member \"attachments\" must hold integers of 0 or above, the size of each attachment",
                    at: place
                )
            }
            guard sizes.count < maxCount else {
                throw ProtocolError(.tooLarge, "more than \(maxCount) attachments in one message", at: place)
            }
            guard size <= maxTotalBytes - total else {
                throw ProtocolError(.tooLarge, "the attachments have more than \(maxTotalBytes) bytes", at: place)
            }
            total += size
            sizes.append(size)
        } while reader.skip(UInt8(ascii: ","))
        return sizes
    }
}
