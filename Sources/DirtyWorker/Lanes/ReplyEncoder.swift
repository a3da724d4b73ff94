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
    /// Header and sizes of a frame that is sent at once.
    private var head: [UInt8] = []
    /// Where each attachment of a placed body is in the answer area, `LaneReplyHeader.inlineOffset` if it isn't there.
    private var offsets: [UInt64] = []

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
    ///
    /// The encoder has what is not the plugin's, so that a body is copied without counting references.
    struct Body {
        /// The bytes; nil if they are the encoder's scratch memory.
        fileprivate var bytes: UnsafeRawBufferPointer?
        /// The attachments that travel with it.
        fileprivate var attachments: UnsafeBufferPointer<DirtyOut>
        /// Whether any of them is in the answer area: where the encoder's offsets say.
        fileprivate var isPlaced = false

        /// No bytes.
        static var empty: Body { Body(bytes: UnsafeRawBufferPointer(start: nil, count: 0), attachments: .none) }
    }

    /// The body for `value`, which must have text, in the form of `terms`.
    ///
    /// Valid until the next body is made.
    mutating func body(of value: PluginValue, on terms: ReplyTerms) throws(ReplyFailure) -> Body {
        // A size_t beyond Int.max is imported as a negative number.
        if let index = value.attachments.firstIndex(where: { $0.len < 0 }) {
            throw .invalid("attachment \(index) has a length that no memory has")
        }
        let result: Body
        switch terms.form {
        case .json:
            if let error = JSONCheck.firstError(in: value.json) { throw .invalid(error.message) }
            if value.attachments.isEmpty || terms.takesAttachments {
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
    mutating func place(_ body: inout Body, in area: inout AnswerArea?) {
        guard !body.attachments.isEmpty else { return }
        offsets = body.attachments.map { attachment in
            area?.place(UnsafeRawBufferPointer(start: attachment.ptr, count: attachment.sentBytes))
                ?? LaneReplyHeader.inlineOffset
        }
        body.isPlaced = offsets.contains { $0 != LaneReplyHeader.inlineOffset }
    }

    /// Checks that `body` and the attachments that travel with it aren't more than one frame holds.
    func checkLength(of body: Body) throws(ReplyFailure) {
        guard bytes(of: body) <= LaneReplyHeader.longestFrameBytes else {
            throw .beyondFrame(limit: LaneReplyHeader.longestFrameBytes)
        }
    }

    /// The body for a result that has no text: null.
    mutating func nullBody(on terms: ReplyTerms) -> Body {
        scratch.removeAll(keepingCapacity: true)
        switch terms.form {
        case .json: scratch.append(contentsOf: "null".utf8)
        case .gd: scratch.append(0)
        }
        return Body(bytes: nil, attachments: .none)
    }

    /// The body for `error`.
    mutating func body(of error: ErrorReply, on terms: ReplyTerms) -> Body {
        switch terms.form {
        case .json: scratch = error.jsonBytes()
        case .gd: scratch = error.tlvBytes()
        }
        return Body(bytes: nil, attachments: .none)
    }

    /// The length of a frame with `body`; `Int.max` if it is more than any number says.
    @inline(__always)
    func bytes(of body: Body) -> Int {
        var total = LaneReplyHeader.bytes + bodyBytes(of: body)
        for index in body.attachments.indices {
            // What the plugin says of its attachments may be anything.
            let (sum, overflows) = total.addingReportingOverflow(inlineBytes(of: body, index))
            guard !overflows, sum < Int.max - 16 else { return .max }
            total = sum + (body.isPlaced ? 16 : 8)
        }
        return total
    }

    /// Adds a frame to those kept, which have room for it.
    mutating func append(_ frame: Frame, _ body: Body, on terms: ReplyTerms, to kept: inout KeptFrames) {
        kept.append(header(of: frame, body, on: terms))
        for attachment in body.attachments { kept.append(UInt64(attachment.sentBytes)) }
        if body.isPlaced {
            for offset in offsets { kept.append(offset) }
        }
        if let bytes = body.bytes { kept.append(bytes) } else { scratch.withUnsafeBytes { kept.append($0) } }
        for index in body.attachments.indices {
            kept.append(inline(body, index))
        }
        trim()
    }

    /// Sends a frame, with one system call if the socket takes it at once.
    ///
    /// Returns 0 or a negative errno.
    mutating func send(_ frame: Frame, _ body: Body, on terms: ReplyTerms, to socket: Int32) -> Int32 {
        makeHead(frame, body, on: terms)
        defer { trim() }
        return withUnsafeTemporaryAllocation(of: iovec.self, capacity: 2 + body.attachments.count) { pieces in
            head.withUnsafeBytes { head in
                scratch.withUnsafeBytes { scratch in
                    let bytes = body.bytes ?? scratch
                    pieces.initializeElement(at: 0, to: iovec(reading: head))
                    pieces.initializeElement(at: 1, to: iovec(reading: bytes))
                    for index in body.attachments.indices {
                        pieces.initializeElement(at: 2 + index, to: iovec(reading: inline(body, index)))
                    }
                    return dirty_io_send_all(socket, pieces.baseAddress, pieces.count)
                }
            }
        }
    }

    private mutating func makeHead(_ frame: Frame, _ body: Body, on terms: ReplyTerms) {
        let header = header(of: frame, body, on: terms)
        head.removeAll(keepingCapacity: true)
        head.append(contentsOf: repeatElement(0, count: LaneReplyHeader.bytes))
        head.withUnsafeMutableBytes { header.encode(into: $0) }
        for attachment in body.attachments {
            withUnsafeBytes(of: UInt64(attachment.sentBytes).littleEndian) { head.append(contentsOf: $0) }
        }
        guard body.isPlaced else { return }
        for offset in offsets {
            withUnsafeBytes(of: offset.littleEndian) { head.append(contentsOf: $0) }
        }
    }

    private func header(of frame: Frame, _ body: Body, on terms: ReplyTerms) -> LaneReplyHeader {
        LaneReplyHeader(
            kind: frame.kind,
            flags: body.isPlaced ? frame.flags.union(.usesArea) : frame.flags,
            call: terms.call,
            bodyBytes: UInt32(bodyBytes(of: body)),
            attachmentCount: UInt32(body.attachments.count),
            attachmentBytes: body.attachments.indices.reduce(0) { $0 + UInt64(inlineBytes(of: body, $1)) },
            status: frame.status
        )
    }

    private func bodyBytes(of body: Body) -> Int {
        body.bytes?.count ?? scratch.count
    }

    /// The bytes of attachment `index` that travel with the frame: all, or none if the attachment is in the answer area.
    private func inline(_ body: Body, _ index: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: body.attachments[index].ptr, count: inlineBytes(of: body, index))
    }

    /// How many bytes that is.
    private func inlineBytes(of body: Body, _ index: Int) -> Int {
        let isInArea = body.isPlaced && offsets[index] != LaneReplyHeader.inlineOffset
        return isInArea ? 0 : body.attachments[index].sentBytes
    }

    private mutating func trim() {
        if scratch.capacity > Self.keptScratchBytes { scratch = [] }
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
