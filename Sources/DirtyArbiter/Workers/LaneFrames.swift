import DirtyWire
import NIOCore

/// Cuts what a lane sends into reply frames.
///
/// Take bytes in, then ask for what is ``next()`` until that is nil. Each step leaves it whole: what is done with a frame may
/// lead to more bytes being taken in, once those at hand are used up.
struct LaneFrames {
    /// What can come out.
    enum Output {
        /// A whole frame.
        case frame(LaneFrame)
        /// What can't be a frame; nothing that follows can be trusted.
        case nonsense
    }

    /// The beginning of a frame whose rest hasn't come.
    private var partial: ByteBuffer?
    /// The length of that frame, or of a header if it isn't known yet.
    private var partialBytes = 0
    /// What was taken in and isn't used up: borrowed, and empty but between ``take(_:)`` and the end of ``next()``.
    private var rest = UnsafeRawBufferPointer(start: nil, count: 0)
    private let spareMemory: SpareMemory

    /// A cutter that puts large frames in `spareMemory`.
    init(spareMemory: SpareMemory) {
        self.spareMemory = spareMemory
    }

    /// Takes bytes in, which are borrowed until ``next()`` gives nil; those before have been used up.
    mutating func take(_ bytes: UnsafeRawBufferPointer) {
        rest = bytes
    }

    /// Has `read` put bytes where the frame at hand is to be, if it is a large one; returns what it does, nil for others.
    mutating func receive(_ read: (UnsafeMutableRawBufferPointer) -> Int) -> Int? {
        // Asked first: what is missing is told by the buffer that is written to.
        let bytes = missingBytes
        return partial?.readInPlace(bytes, read)
    }

    /// The next frame; nil when all that is left is the beginning of one, which is kept.
    mutating func next() -> Output? {
        while partial != nil {
            let count = min(missingBytes, rest.count)
            partial?.writeBytes(UnsafeRawBufferPointer(rebasing: rest[..<count]))
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            guard missingBytes == 0, let buffer = partial else { return nil }
            partial = nil
            // The bytes of a buffer that nobody writes to stay where they are while it is held.
            let bytes = buffer.withUnsafeReadableBytes { $0 }
            guard let header = Self.header(of: bytes) else { return .nonsense }
            if bytes.count == header.frameBytes {
                return Self.output(LaneFrame(header: header, bytes: bytes, owner: buffer))
            }
            withExtendedLifetime(buffer) { keep(bytes, of: header.frameBytes) }
        }
        guard rest.count >= LaneReplyHeader.bytes else {
            if !rest.isEmpty { keepRest(of: LaneReplyHeader.bytes) }
            return nil
        }
        guard let header = Self.header(of: rest) else { return .nonsense }
        guard rest.count >= header.frameBytes else {
            keepRest(of: header.frameBytes)
            return nil
        }
        let bytes = UnsafeRawBufferPointer(rebasing: rest[..<header.frameBytes])
        rest = UnsafeRawBufferPointer(rebasing: rest[header.frameBytes...])
        return Self.output(LaneFrame(header: header, bytes: bytes, owner: nil))
    }

    /// The frame, unless its attachments aren't as long as they are said to be: its client would lose its place in all that
    /// follows.
    private static func output(_ frame: LaneFrame) -> Output {
        guard frame.header.attachmentCount > 0 else {
            return frame.header.attachmentBytes == 0 ? .frame(frame) : .nonsense
        }
        var rest = Int(frame.header.attachmentBytes)
        for place in frame.attachmentPlaces {
            guard place.inlineBytes <= rest else { return .nonsense }
            rest -= place.inlineBytes
        }
        return rest == 0 ? .frame(frame) : .nonsense
    }

    /// What the frame at hand lacks; 0 if there is none.
    private var missingBytes: Int {
        partialBytes - (partial?.readableBytes ?? partialBytes)
    }

    /// Keeps the beginning of a frame, in room for all of it: what follows is copied in once and never moved.
    private mutating func keep(_ beginning: UnsafeRawBufferPointer, of bytes: Int) {
        partialBytes = bytes
        var buffer = ByteBuffer()
        buffer.makeRoom(for: bytes, in: spareMemory)
        buffer.writeBytes(beginning)
        partial = buffer
    }

    private mutating func keepRest(of bytes: Int) {
        keep(rest, of: bytes)
        rest = UnsafeRawBufferPointer(start: nil, count: 0)
    }

    /// The header at the start of `bytes`, which are at least as many; nil if it is none.
    private static func header(of bytes: UnsafeRawBufferPointer) -> LaneReplyHeader? {
        let header = LaneReplyHeader(decoding: UnsafeRawBufferPointer(rebasing: bytes[..<LaneReplyHeader.bytes]))
        guard let header, let payload = header.payloadBytes,
            payload <= LaneReplyHeader.longestFrameBytes - LaneReplyHeader.bytes
        else { return nil }
        return header
    }
}

extension LaneReplyHeader {
    /// The length of the whole frame, of which the header has said that it is a possible one.
    fileprivate var frameBytes: Int {
        Self.bytes + (payloadBytes ?? 0)
    }
}
