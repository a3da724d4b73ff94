import DirtyWire
import NIOCore

/// Cuts a host's bytes into replies.
struct ReplyDecoder: NIOSingleStepByteToMessageDecoder {
    typealias InboundOut = Reply

    private var partial: Partial?

    /// A reply whose attachments haven't all come.
    private struct Partial {
        let head: ReplyHead
        let text: ByteBuffer
        let places: [AttachmentPlace]
        var attachments: [[UInt8]] = []
    }

    mutating func decode(buffer: inout ByteBuffer) throws -> Reply? {
        if partial == nil { partial = try Self.head(&buffer) }
        guard var current = partial else { return nil }
        for place in current.places[current.attachments.count...] {
            guard let bytes = buffer.readBytes(length: place.inlineBytes) else {
                partial = current
                return nil
            }
            current.attachments.append(bytes)
        }
        partial = nil
        return try current.text.withUnsafeReadableBytes { bytes in
            try Reply(current.head, text: bytes, places: current.places, attachments: current.attachments)
        }
    }

    mutating func decodeLast(buffer: inout ByteBuffer, seenEOF: Bool) throws -> Reply? {
        // What is cut off is no reply; that the connection is gone is told otherwise.
        try decode(buffer: &buffer)
    }

    private static func head(_ buffer: inout ByteBuffer) throws -> Partial? {
        guard let length = buffer.getInteger(at: buffer.readerIndex, as: UInt32.self).map(Int.init) else { return nil }
        guard length <= RequestFrame.largestBytes else { throw Reply.notUnderstood("a frame of \(length) bytes") }
        guard buffer.readableBytes >= JSONFrame.headerBytes + length else { return nil }
        buffer.moveReaderIndex(forwardBy: JSONFrame.headerBytes)
        guard let text = buffer.readSlice(length: length) else { return nil }
        let (head, places) = try text.withUnsafeReadableBytes { try Reply.head(scanning: $0) }
        return Partial(head: head, text: text, places: places)
    }
}
