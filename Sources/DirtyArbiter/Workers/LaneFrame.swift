import DirtyWire
import NIOCore

/// One reply frame as a lane sent it.
struct LaneFrame {
    /// Its header.
    let header: LaneReplyHeader
    /// All of it: borrowed, until the one it is handed to returns.
    let bytes: UnsafeRawBufferPointer
    /// What holds `bytes`, if something does that may be held on to.
    let owner: ByteBuffer?

    /// The same, in memory of its own.
    func owned() -> LaneFrame {
        guard owner == nil else { return self }
        let copy = ByteBuffer(bytes: bytes)
        // The bytes of a buffer that nobody writes to stay where they are while it is held.
        return copy.withUnsafeReadableBytes { LaneFrame(header: header, bytes: $0, owner: copy) }
    }

    /// A part of it that may be held on to.
    func piece(_ part: UnsafeRawBufferPointer) -> ByteBuffer {
        guard let owner, let start = part.baseAddress, let base = bytes.baseAddress else {
            return ByteBuffer(bytes: part)
        }
        return owner.getSlice(at: owner.readerIndex + (start - base), length: part.count) ?? ByteBuffer()
    }

    /// Where the attachments are, in order.
    var attachmentPlaces: [AttachmentPlace] {
        let count = Int(header.attachmentCount)
        return (0..<count).map { index in
            let size = Int(clamping: number(index))
            guard header.flags.contains(.usesArea) else { return .inline(size) }
            let offset = number(count + index)
            return offset == LaneReplyHeader.inlineOffset
                ? .inline(size) : .area(offset: Int(clamping: offset), size: size)
        }
    }

    private func number(_ index: Int) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: LaneReplyHeader.bytes + 8 * index, as: UInt64.self))
    }

    /// The result, or the whole error object, in the form that the call's client speaks.
    var body: UnsafeRawBufferPointer {
        let start = LaneReplyHeader.bytes + header.placesBytes
        return UnsafeRawBufferPointer(rebasing: bytes[start..<start + Int(header.bodyBytes)])
    }

    /// The bytes of those that are inline, one after the other.
    var attachments: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes.suffix(Int(header.attachmentBytes)))
    }
}
