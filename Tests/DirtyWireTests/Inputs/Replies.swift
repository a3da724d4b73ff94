import DirtyWire

extension JSONFrame {
    /// A whole frame with a reply, made of the pieces.
    static func reply(_ kind: ReplyKind, id: String, body: String, attachments: [AttachmentPlace] = []) -> [UInt8] {
        let id = utf8(id)
        var frame = [UInt8](repeating: 0, count: openingBytes(of: kind, idBytes: id.count, attachments: attachments))
        let bodyBytes = body.utf8.count
        let count = with(id) { id in
            frame.withUnsafeMutableBytes {
                writeOpening(of: kind, id: id, bodyBytes: bodyBytes, attachments: attachments, into: $0)
            }
        }
        return frame[..<count] + utf8(body) + closing
    }
}

extension GDFrame {
    /// A whole frame with a reply, made of the pieces.
    static func reply(_ kind: ReplyKind, requestID: UInt64, body: [UInt8] = []) -> [UInt8] {
        var frame = [UInt8](repeating: 0, count: openingBytes(of: kind))
        frame.withUnsafeMutableBytes { buffer in
            _ = writeOpening(of: kind, requestID: requestID, bodyBytes: body.count, into: buffer)
        }
        return frame + body
    }
}
