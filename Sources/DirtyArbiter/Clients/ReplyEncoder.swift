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
        let opening = JSONFrame.openingBytes(of: kind, idBytes: id.readableBytes, attachments: attachmentSizes)
        let copies = body.readableBytes <= copyLimitBytes
        var head = ByteBufferAllocator().buffer(
            capacity: opening + (copies ? body.readableBytes + JSONFrame.closing.count : 0)
        )
        head.writeWithUnsafeMutableBytes(minimumWritableBytes: opening) { space in
            id.withUnsafeReadableBytes { token in
                JSONFrame.writeOpening(
                    of: kind,
                    id: token,
                    bodyBytes: body.readableBytes,
                    attachments: attachmentSizes,
                    into: space
                )
            }
        }
        if copies {
            head.writeImmutableBuffer(body)
            head.writeBytes(JSONFrame.closing)
            return attachments.map { [head, $0] } ?? [head]
        }
        return [head, body, ByteBuffer(bytes: JSONFrame.closing)] + (attachments.map { [$0] } ?? [])
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
