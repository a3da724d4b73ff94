import DirtyWire
import NIOCore

/// Puts replies into the frames that a client reads, around bodies that are passed on as they came.
enum ReplyEncoder {
    /// Writes the frame that carries `frame` to a client, in the form that the request had.
    ///
    /// - Parameters:
    ///   - frame: what a lane sent; one of kind `free` goes to no client.
    ///   - id: the request's id.
    ///   - socket: the client's.
    static func write(_ frame: LaneFrame, id: RequestID, to socket: StreamSocket) {
        let (kind, body) = (frame.header.kind, frame.body)
        guard kind != .free else { return }
        let isCopied = body.count <= OutgoingBytes.copyLimitBytes
        switch id {
        case .json(let token):
            let places = frame.header.attachmentCount == 0 ? [] : frame.attachmentPlaces
            writeJSON(kind, id: token, body: isCopied ? body : nil, bodyBytes: body.count, places, to: socket)
            if !isCopied {
                socket.write(frame.piece(body))
                socket.write(JSONFrame.closing.count) { $0.copyBytes(from: JSONFrame.closing) }
            }
            if frame.header.attachmentBytes > 0 { socket.write(frame.piece(frame.attachments)) }
        case .gd(let number):
            writeGD(kind, id: number, body: isCopied ? body : nil, bodyBytes: body.count, to: socket)
            if !isCopied { socket.write(frame.piece(body)) }
        }
    }

    /// Writes a frame of the arbiter's own.
    static func write(_ kind: ReplyKind, id: RequestID, body: [UInt8], to socket: StreamSocket) {
        body.withUnsafeBytes { bytes in
            switch id {
            case .json(let token): writeJSON(kind, id: token, body: bytes, bodyBytes: bytes.count, [], to: socket)
            case .gd(let number): writeGD(kind, id: number, body: bytes, bodyBytes: bytes.count, to: socket)
            }
        }
    }

    /// Writes what comes before the body; and, if it is given, the body and what closes it.
    private static func writeJSON(
        _ kind: ReplyKind,
        id: IDToken,
        body: UnsafeRawBufferPointer?,
        bodyBytes: Int,
        _ attachments: [AttachmentPlace],
        to socket: StreamSocket
    ) {
        let opening = JSONFrame.openingBytes(of: kind, idBytes: id.count, attachments: attachments)
        let total = opening + (body.map { $0.count + JSONFrame.closing.count } ?? 0)
        socket.write(total) { space in
            id.withUnsafeBytes { token in
                _ = JSONFrame.writeOpening(
                    of: kind,
                    id: token,
                    bodyBytes: bodyBytes,
                    attachments: attachments,
                    into: space
                )
            }
            guard let body else { return }
            UnsafeMutableRawBufferPointer(rebasing: space[opening...]).copyMemory(from: body)
            UnsafeMutableRawBufferPointer(rebasing: space[(opening + body.count)...]).copyBytes(from: JSONFrame.closing)
        }
    }

    private static func writeGD(
        _ kind: ReplyKind,
        id: UInt64,
        body: UnsafeRawBufferPointer?,
        bodyBytes: Int,
        to socket: StreamSocket
    ) {
        let opening = GDFrame.openingBytes(of: kind)
        socket.write(opening + (body?.count ?? 0)) { space in
            _ = GDFrame.writeOpening(of: kind, requestID: id, bodyBytes: bodyBytes, into: space)
            if let body { UnsafeMutableRawBufferPointer(rebasing: space[opening...]).copyMemory(from: body) }
        }
    }
}
