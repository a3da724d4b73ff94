import ArbiterCore
import DirtyWire
import NIOCore

/// Cuts a connection's bytes into JSON messages, scanning each as it arrives.
///
/// A frame that meets no room in the memory budget is read on and thrown away but for its beginning, so that its sender
/// gets an answer under its own id and the connection stays usable.
final class JSONMessageReader {
    /// What can come out.
    enum Output {
        /// A message and what followed it.
        case message(JSONMessage)
        /// A request that there was no room for.
        case refused(RefusedMessage)
    }

    /// Frames from this size on must find room before they are read.
    private static let roomCheckBytes = 1 << 16
    /// How much of a frame that is thrown away is kept, to find its id and the sizes of what follows.
    private static let keptBytes = 1 << 16

    /// Where in a frame the reader is.
    private enum Phase {
        /// Before or in the four bytes of its length. Can become: text.
        case length
        /// In its text. Can become: attachments, length.
        case text(bytes: Int)
        /// In the raw bytes after it. Can become: length.
        case attachments(bytes: Int, of: JSONMessage)
    }

    /// Bytes of the budget taken for the frame at hand; whoever handles its message gives them back.
    @exclusivity(unchecked) private(set) var reservedBytes = 0

    private let limits: FrameLimits
    private let room: (Int) -> Failure?
    private let spareMemory: SpareMemory
    @exclusivity(unchecked) private var phase = Phase.length
    @exclusivity(unchecked) private var buffer = ByteBuffer()
    @exclusivity(unchecked) private var scanner = RequestScanner()
    /// How much of the text has been scanned, and how much of that is still at the buffer's front.
    @exclusivity(unchecked) private var scannedBytes = 0
    @exclusivity(unchecked) private var heldBytes = 0
    /// Set while the frame at hand is thrown away.
    @exclusivity(unchecked) private var refusal: Failure?

    /// A reader of frames within `limits`, large ones in `spareMemory`; `room` takes so many bytes of the budget, or says why
    /// it can't.
    init(limits: FrameLimits, spareMemory: SpareMemory, room: @escaping (Int) -> Failure?) {
        self.limits = limits
        self.spareMemory = spareMemory
        self.room = room
    }

    /// Whether a frame has begun and not ended.
    var isAmidFrame: Bool {
        if case .length = phase { return buffer.readableBytes > 0 }
        return true
    }

    /// The id of the frame at hand, once it has come whole.
    var idSoFar: RequestID? {
        switch phase {
        case .length:
            return nil
        case .text:
            guard let range = scanner.headSoFar.id?.range else { return nil }
            // Of a frame that is thrown away only the beginning stays where it was.
            guard refusal == nil || range.upperBound <= Self.keptBytes else { return nil }
            return buffer.withUnsafeReadableBytes { .json(IDToken(UnsafeRawBufferPointer(rebasing: $0[range]))) }
        case .attachments(_, let message):
            return message.id
        }
    }

    /// What the whole message in `text` is, if it comes between frames and is a plain request; nil for any other.
    func plainRequest(_ text: UnsafeRawBufferPointer) -> PlainRequest? {
        scanner.plainRequest(text)
    }

    /// Takes bytes in.
    func append(_ bytes: UnsafeRawBufferPointer) {
        buffer.writeBytes(bytes)
    }

    /// Has `read` put bytes where the frame at hand is to be, if it is a large one; returns what it does, nil for others.
    func receive(_ read: (UnsafeMutableRawBufferPointer) -> Int) -> Int? {
        let bytes = missingBytes
        return buffer.readInPlace(bytes, read)
    }

    /// The next message, or nil until more bytes have come.
    func next() throws(FrameFault) -> Output? {
        while true {
            switch phase {
            case .length:
                guard try beginText() else { return nil }
            case .text(let bytes):
                guard try scan(upTo: bytes) else { return nil }
                if let output = try endText(bytes) { return output }
            case .attachments(let bytes, let message):
                if refusal == nil {
                    guard let attachments = take(bytes) else { return nil }
                    phase = .length
                    return .message(message.with(attachments))
                }
                let dropped = min(bytes, buffer.readableBytes)
                _ = take(dropped)
                phase = .attachments(bytes: bytes - dropped, of: message)
                guard dropped == bytes else { return nil }
                return try end(message)
            }
        }
    }

    /// What the frame at hand lacks; 0 for one that is thrown away.
    private var missingBytes: Int {
        guard refusal == nil else { return 0 }
        return switch phase {
        case .length: 0
        case .text(let bytes): bytes - buffer.readableBytes
        case .attachments(let bytes, _): bytes - buffer.readableBytes
        }
    }

    private func beginText() throws(FrameFault) -> Bool {
        guard let length = buffer.getInteger(at: buffer.readerIndex, as: UInt32.self) else { return false }
        guard length <= limits.frameBytes else {
            let text = "the frame has \(length) bytes; at most \(limits.frameBytes) are allowed (dirty_max_frame)"
            throw FrameFault(error: ProtocolError(.tooLarge, text, at: 0), id: nil)
        }
        _ = take(4)
        phase = .text(bytes: Int(length))
        scanner.reset()
        scannedBytes = 0
        heldBytes = 0
        refusal = nil
        reserve(Int(length))
        return true
    }

    /// Says that the budget has the frame's bytes back.
    func released() {
        reservedBytes = 0
    }

    /// Makes room for so many bytes at once, so that the pieces of them are copied in once and never moved.
    private func reserve(_ bytes: Int) {
        guard refusal == nil else { return }
        if bytes >= Self.roomCheckBytes {
            refusal = room(bytes)
            guard refusal == nil else { return }
            reservedBytes += bytes
        }
        guard bytes > buffer.readableBytes else { return }
        buffer.makeRoom(for: bytes - buffer.readableBytes, in: spareMemory)
    }

    private func scan(upTo bytes: Int) throws(FrameFault) -> Bool {
        let fresh = min(buffer.readableBytes - heldBytes, bytes - scannedBytes)
        do {
            try buffer.withUnsafeReadableBytes { all throws(JSONError) in
                try scanner.feed(UnsafeRawBufferPointer(rebasing: all[heldBytes..<heldBytes + fresh]))
            }
        } catch {
            throw fault(ProtocolError(error))
        }
        scannedBytes += fresh
        heldBytes += fresh
        if refusal != nil, heldBytes > Self.keptBytes { forgetBeyondKept() }
        return scannedBytes == bytes
    }

    /// Drops what has been scanned beyond the kept beginning.
    private func forgetBeyondKept() {
        let start = buffer.readerIndex
        var shorter = ByteBuffer()
        shorter.writeImmutableBuffer(buffer.getSlice(at: start, length: Self.keptBytes) ?? ByteBuffer())
        let rest = buffer.getSlice(at: start + heldBytes, length: buffer.readableBytes - heldBytes)
        shorter.writeImmutableBuffer(rest ?? ByteBuffer())
        buffer = shorter
        heldBytes = Self.keptBytes
    }

    private func endText(_ bytes: Int) throws(FrameFault) -> Output? {
        let head: RequestHead
        do {
            head = try scanner.finish()
        } catch {
            throw fault(ProtocolError(error))
        }
        let text = take(heldBytes) ?? ByteBuffer()
        let message = JSONMessage(head: head, text: text, attachmentPlaces: nil, attachments: nil)
        guard let places = try attachmentPlaces(of: message) else { return try end(message) }
        let total = places.reduce(0) { $0 + $1.inlineBytes }
        reserve(total)
        phase = .attachments(bytes: total, of: message.with(places))
        return nil
    }

    private func attachmentPlaces(of message: JSONMessage) throws(FrameFault) -> [AttachmentPlace]? {
        guard let range = message.head.attachments else { return nil }
        guard range.upperBound <= message.text.readableBytes else {
            let text =
                "the host has no room for the frame, and its member \"attachments\" is not in the first \(Self.keptBytes) bytes"
            throw FrameFault(error: ProtocolError(.badAttachments, text, at: range.lowerBound), id: message.id)
        }
        do {
            return try message.text.withUnsafeReadableBytes { bytes throws(ProtocolError) in
                try message.head.attachmentPlaces(
                    in: bytes,
                    maxCount: limits.attachmentCount,
                    maxTotalBytes: limits.attachmentBytes
                )
            }
        } catch {
            throw FrameFault(error: error, id: message.id)
        }
    }

    private func end(_ message: JSONMessage) throws(FrameFault) -> Output {
        phase = .length
        guard let refusal else { return .message(message) }
        guard let id = message.id else {
            let text =
                "the host has no room for the frame, and its id is not in the first \(Self.keptBytes) bytes: put it first"
            throw FrameFault(error: ProtocolError(.missingMember, text), id: nil)
        }
        return .refused(RefusedMessage(id: id, appPath: message.appPath ?? "", failure: refusal))
    }

    /// The next `count` bytes, if they are there.
    ///
    /// A buffer that is used up is let go, so that slices of it stay cheap.
    private func take(_ count: Int) -> ByteBuffer? {
        guard let slice = buffer.readSlice(length: count) else { return nil }
        if buffer.readableBytes == 0, count > 4 { buffer = ByteBuffer() }
        return slice
    }

    /// The fault of a message that can't be read to its end, under the id it had given by then.
    private func fault(_ error: ProtocolError) -> FrameFault {
        FrameFault(error: error, id: idSoFar)
    }
}
