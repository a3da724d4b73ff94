import DirtyWire
import NIOCore

/// Puts replies into the frames that a client reads, around bodies that are passed on as they came.
enum ReplyEncoder {
    /// Bodies up to this size are copied into their frame: one piece is cheaper to write than three.
    private static let copyLimitBytes = 1 << 14

    /// The pieces of the frame that carries `body` to a client, in the form that the request had.
    ///
    /// - Parameters:
    ///   - kind: which message; `free` is none and gives no pieces.
    ///   - id: the request's id.
    ///   - body: the result, chunk or error object in the client's form; empty for an end.
    ///   - attachmentSizes: sizes of the attachments, in order; only a JSON client that asked gets any.
    ///   - attachments: their bytes.
    static func frame(
        _ kind: ReplyKind,
        id: RequestID,
        body: ByteBuffer,
        attachmentSizes: [Int] = [],
        attachments: ByteBuffer? = nil
    ) -> [ByteBuffer] {
        guard kind != .free else { return [] }
        return switch id {
        case .json(let token):
            jsonFrame(kind, id: token, body: body, attachmentSizes: attachmentSizes, attachments: attachments)
        case .gd(let number):
            gdFrame(kind, id: number, body: body)
        }
    }

    // MARK: JSON

    private static func jsonFrame(
        _ kind: ReplyKind,
        id: ByteBuffer,
        body: ByteBuffer,
        attachmentSizes: [Int],
        attachments: ByteBuffer?
    ) -> [ByteBuffer] {
        let sizes =
            attachmentSizes.isEmpty
            ? "" : ",\"attachments\":[\(attachmentSizes.map(String.init).joined(separator: ","))]"
        let (opening, member) = jsonWords(kind)
        let length =
            opening.utf8CodeUnitCount + id.readableBytes + sizes.utf8.count + member.utf8CodeUnitCount
            + body.readableBytes + 1
        let copies = body.readableBytes <= copyLimitBytes
        var head = ByteBufferAllocator().buffer(
            capacity: JSONFrame.headerBytes + length - (copies ? 0 : body.readableBytes)
        )
        head.writeInteger(UInt32(length))
        head.writeStaticString(opening)
        head.writeImmutableBuffer(id)
        if !sizes.isEmpty { head.writeString(sizes) }
        head.writeStaticString(member)
        if copies {
            head.writeImmutableBuffer(body)
            head.writeStaticString("}")
            return attachments.map { [head, $0] } ?? [head]
        }
        let tail = ByteBuffer(staticString: "}")
        return [head, body, tail] + (attachments.map { [$0] } ?? [])
    }

    private static func jsonWords(_ kind: ReplyKind) -> (opening: StaticString, member: StaticString) {
        switch kind {
        case .response: (#"{"type":"response","id":"#, #","result":"#)
        case .chunk: (#"{"type":"chunk","id":"#, #","data":"#)
        case .end: (#"{"type":"end","id":"#, "")
        case .error: (#"{"type":"error","id":"#, #","error":"#)
        case .free: ("", "")
        }
    }

    // MARK: GD

    private static func gdFrame(_ kind: ReplyKind, id: UInt64, body: ByteBuffer) -> [ByteBuffer] {
        let opening = GDFrame.openingBytes(of: kind)
        let copies = body.readableBytes <= copyLimitBytes
        var head = ByteBufferAllocator().buffer(capacity: opening + (copies ? body.readableBytes : 0))
        head.writeWithUnsafeMutableBytes(minimumWritableBytes: opening) { space in
            GDFrame.writeOpening(of: kind, requestID: id, bodyBytes: body.readableBytes, into: space)
        }
        guard copies else { return [head, body] }
        head.writeImmutableBuffer(body)
        return [head]
    }
}
