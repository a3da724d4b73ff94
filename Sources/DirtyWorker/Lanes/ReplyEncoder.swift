import CDirtyApp
import CDirtyWorker
import DirtyWire
import Glibc

/// Makes lane frames of what plugins hand over, and sends them or keeps them for later.
///
/// Values are checked, and put into the form the caller speaks, before they travel. JSON in the JSON form is sent from
/// where the plugin has it.
struct ReplyEncoder {
    /// Bytes of a body at most.
    let maxBodyBytes: Int
    /// Bodies that are not as the plugin made them: inlined attachments, the GD form, errors.
    private var scratch: [UInt8] = []
    /// Header and sizes.
    private var head: [UInt8] = []

    /// Larger scratch memory is freed after use.
    private static let keptScratchBytes = 1 << 20

    init(maxBodyBytes: Int) {
        self.maxBodyBytes = maxBodyBytes
    }

    /// What a frame is made of.
    struct Frame {
        /// What it says.
        var kind: ReplyKind
        /// What the arbiter must know besides.
        var flags: LaneReplyFlags = []
        /// The plugin's status, of an error.
        var status: Int32 = 0
    }

    /// A value, checked and in the caller's form.
    struct Body {
        /// The bytes; nil if they are the encoder's scratch memory.
        fileprivate var bytes: UnsafeRawBufferPointer?
        /// The attachments that travel with it.
        fileprivate var attachments: UnsafeBufferPointer<DirtyOut>
        /// Where each attachment is in the answer area, `LaneReplyHeader.inlineOffset` if it isn't there; empty if none is.
        fileprivate var offsets: [UInt64] = []

        /// No bytes.
        static var empty: Body { Body(bytes: UnsafeRawBufferPointer(start: nil, count: 0), attachments: .none) }
    }

    /// The body for `value`, which must have text, in the form of `call`.
    ///
    /// Valid until the next body is made.
    mutating func body(of value: PluginValue, for call: LaneRequestHeader) throws(ReplyFailure) -> Body {
        let result: Body
        switch call.form {
        case .json:
            if let error = JSONCheck.firstError(in: value.json) { throw .invalid(error.message) }
            if value.attachments.isEmpty || call.flags.contains(.attachmentsInReplies) {
                result = Body(bytes: value.json, attachments: value.attachments)
            } else {
                scratch.removeAll(keepingCapacity: true)
                try AttachmentInliner.inline(value, limit: maxBodyBytes, into: &scratch)
                result = Body(bytes: nil, attachments: .none)
            }
        case .gd:
            scratch.removeAll(keepingCapacity: true)
            do {
                try GDTranscoder.tlv(fromJSON: value.json, attachments: value.attachment, into: &scratch)
            } catch {
                throw .invalid(error.message)
            }
            result = Body(bytes: nil, attachments: .none)
        }
        let count = result.bytes?.count ?? scratch.count
        guard count <= maxBodyBytes else { throw .tooLarge(count, limit: maxBodyBytes) }
        return result
    }

    /// Writes the attachments of `body` into `area`, as far as they fit.
    func place(_ body: inout Body, in area: inout AnswerArea?) {
        guard !body.attachments.isEmpty else { return }
        let offsets = body.attachments.map { attachment in
            area?.place(UnsafeRawBufferPointer(start: attachment.ptr, count: attachment.sentBytes))
                ?? LaneReplyHeader.inlineOffset
        }
        guard offsets.contains(where: { $0 != LaneReplyHeader.inlineOffset }) else { return }
        body.offsets = offsets
    }

    /// The body for a result that has no text: null.
    mutating func nullBody(for call: LaneRequestHeader) -> Body {
        scratch.removeAll(keepingCapacity: true)
        switch call.form {
        case .json: scratch.append(contentsOf: "null".utf8)
        case .gd: scratch.append(0)
        }
        return Body(bytes: nil, attachments: .none)
    }

    /// The body for `error`.
    mutating func body(of error: ErrorReply, for call: LaneRequestHeader) -> Body {
        switch call.form {
        case .json: scratch = error.jsonBytes()
        case .gd: scratch = error.tlvBytes()
        }
        return Body(bytes: nil, attachments: .none)
    }

    /// The length of a frame with `body`.
    func bytes(of body: Body) -> Int {
        var total = LaneReplyHeader.bytes + (body.bytes?.count ?? scratch.count)
        for index in body.attachments.indices {
            total += 8 + body.inlineBytes(of: index)
        }
        return total + 8 * body.offsets.count
    }

    /// Appends a frame to `output`.
    mutating func append(_ frame: Frame, _ body: Body, for call: LaneRequestHeader, to output: inout [UInt8]) {
        makeHead(frame, body, for: call)
        output.append(contentsOf: head)
        if let bytes = body.bytes { output.append(contentsOf: bytes) } else { output.append(contentsOf: scratch) }
        for index in body.attachments.indices {
            output.append(contentsOf: body.inline(index))
        }
        trim()
    }

    /// Sends a frame, with one system call if the socket takes it at once.
    ///
    /// Returns 0 or a negative errno.
    mutating func send(_ frame: Frame, _ body: Body, for call: LaneRequestHeader, to socket: Int32) -> Int32 {
        makeHead(frame, body, for: call)
        defer { trim() }
        return withUnsafeTemporaryAllocation(of: iovec.self, capacity: 2 + body.attachments.count) { pieces in
            head.withUnsafeBytes { head in
                scratch.withUnsafeBytes { scratch in
                    let bytes = body.bytes ?? scratch
                    pieces.initializeElement(at: 0, to: iovec(reading: head))
                    pieces.initializeElement(at: 1, to: iovec(reading: bytes))
                    for index in body.attachments.indices {
                        pieces.initializeElement(at: 2 + index, to: iovec(reading: body.inline(index)))
                    }
                    return dirty_io_send_all(socket, pieces.baseAddress, pieces.count)
                }
            }
        }
    }

    /// Sends frames made by `append`.
    ///
    /// Returns 0 or a negative errno.
    func send(_ frames: [UInt8], to socket: Int32) -> Int32 {
        frames.withUnsafeBytes { bytes in
            var piece = iovec(reading: bytes)
            return dirty_io_send_all(socket, &piece, 1)
        }
    }

    private mutating func makeHead(_ frame: Frame, _ body: Body, for call: LaneRequestHeader) {
        let header = LaneReplyHeader(
            kind: frame.kind,
            flags: body.offsets.isEmpty ? frame.flags : frame.flags.union(.usesArea),
            call: call.call,
            bodyBytes: UInt32(body.bytes?.count ?? scratch.count),
            attachmentCount: UInt32(body.attachments.count),
            attachmentBytes: body.attachments.indices.reduce(0) { $0 + UInt64(body.inlineBytes(of: $1)) },
            status: frame.status
        )
        head.removeAll(keepingCapacity: true)
        head.append(contentsOf: repeatElement(0, count: LaneReplyHeader.bytes))
        head.withUnsafeMutableBytes { header.encode(into: $0) }
        for attachment in body.attachments {
            withUnsafeBytes(of: UInt64(attachment.sentBytes).littleEndian) { head.append(contentsOf: $0) }
        }
        for offset in body.offsets {
            withUnsafeBytes(of: offset.littleEndian) { head.append(contentsOf: $0) }
        }
    }

    private mutating func trim() {
        if scratch.capacity > Self.keptScratchBytes { scratch = [] }
    }
}

extension ReplyEncoder.Body {
    /// The bytes of attachment `index` that travel with the frame: all, or none if the attachment is in the answer area.
    fileprivate func inline(_ index: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: attachments[index].ptr, count: inlineBytes(of: index))
    }

    /// How many bytes that is.
    fileprivate func inlineBytes(of index: Int) -> Int {
        let isInArea = !offsets.isEmpty && offsets[index] != LaneReplyHeader.inlineOffset
        return isInArea ? 0 : attachments[index].sentBytes
    }
}

extension UnsafeBufferPointer<DirtyOut> {
    /// No attachments.
    fileprivate static var none: Self { Self(start: nil, count: 0) }
}

extension DirtyOut {
    /// How many bytes there are to send.
    fileprivate var sentBytes: Int { ptr == nil ? 0 : len }
}

extension iovec {
    /// A piece to be sent, not to be written to.
    fileprivate init(reading bytes: UnsafeRawBufferPointer) {
        self.init(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
    }
}
