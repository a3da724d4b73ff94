import DirtyWire
import NIOCore

/// One JSON message as it came: its text, where its members are, and the raw bytes that followed it.
struct JSONMessage {
    /// Where the top-level members are in `text`.
    let head: RequestHead
    /// The message.
    let text: ByteBuffer
    /// Where the attachments are, in order; nil if the message had no such member.
    let attachmentPlaces: [AttachmentPlace]?
    /// The bytes of those that followed it, one after the other; nil if there are none.
    let attachments: ByteBuffer?

    /// The id, if the message has one that is in the text.
    var id: RequestID? {
        guard let span = head.id, span.range.upperBound <= text.readableBytes else { return nil }
        return text.withUnsafeReadableBytes { .json(IDToken(UnsafeRawBufferPointer(rebasing: $0[span.range]))) }
    }

    /// How the client names the app, if it does so within the text.
    var appPath: String? {
        guard let span = head.appPath, span.range.upperBound <= text.readableBytes else { return nil }
        return string(span)
    }

    /// The bytes at `range` of the message, shared with it.
    func slice(_ range: Range<Int>) -> ByteBuffer {
        text.getSlice(at: text.readerIndex + range.lowerBound, length: range.count) ?? ByteBuffer()
    }

    /// The string at `span`, its escapes undone.
    func string(_ span: StringSpan) -> String {
        text.withUnsafeReadableBytes { span.string(in: $0) }
    }

    /// What `body` makes of the UTF-8 bytes of the string at `span`, its escapes undone.
    func withBytes<Result>(of span: StringSpan, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        guard !span.hasEscapes else { return bytes(of: span).withUnsafeReadableBytes(body) }
        return text.withUnsafeReadableBytes { body(UnsafeRawBufferPointer(rebasing: $0[span.range])) }
    }

    /// The UTF-8 bytes of the string at `span`, its escapes undone; shared with the message if there are none.
    func bytes(of span: StringSpan) -> ByteBuffer {
        guard span.hasEscapes else { return slice(span.range) }
        var decoded: [UInt8] = []
        text.withUnsafeReadableBytes { span.append(from: $0, to: &decoded) }
        return ByteBuffer(bytes: decoded)
    }

    /// The same message with the attachments that it announced.
    func with(_ places: [AttachmentPlace]) -> JSONMessage {
        JSONMessage(head: head, text: text, attachmentPlaces: places, attachments: attachments)
    }

    /// The same message with what followed it.
    func with(_ attachments: ByteBuffer) -> JSONMessage {
        JSONMessage(head: head, text: text, attachmentPlaces: attachmentPlaces, attachments: attachments)
    }
}
