import ArbiterCore
import DirtyWire
import NIOCore

/// The arbiter's end of one lane: writes requests, and cuts what comes back into reply frames.
///
/// Lives on the arbiter's event loop.
final class LaneHandler: StreamSocket {
    /// Which lane it is.
    let lane: LaneID
    private unowned(unsafe) let loop: ArbiterLoop
    /// The beginning of a frame whose rest hasn't come.
    @exclusivity(unchecked) private var partial: ByteBuffer?
    @exclusivity(unchecked) private var partialBytes = 0
    /// What was read and hasn't been handed on: borrowed, and empty but while bytes are taken in.
    @exclusivity(unchecked) private var rest = UnsafeRawBufferPointer(start: nil, count: 0)
    private var isReleased = false

    private static var nothing: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }

    /// The lane behind `descriptor`, which it owns.
    init(lane: LaneID, descriptor: Int32, loop: ArbiterLoop) {
        self.lane = lane
        self.loop = loop
        super.init(descriptor: descriptor, on: loop.eventLoop)
    }

    override func received(_ bytes: UnsafeRawBufferPointer) {
        rest = bytes
        takeRest()
    }

    override func receive(
        in space: UnsafeMutableRawBufferPointer,
        _ read: (UnsafeMutableRawBufferPointer) -> Int
    ) -> Int {
        let bytes = min(missingBytes, PlacedRead.longestBytes)
        guard bytes >= PlacedRead.shortestBytes, let count = partial?.read(bytes, read) else {
            return super.receive(in: space, read)
        }
        if count > 0 { takePartial() }
        return count
    }

    override func drain() {
        // A frame may have this done that was read together with others.
        takeRest()
        super.drain()
    }

    override func inputEnded() {
        // A worker that dies, or has closed the lane: its exit says all there is to say.
        close()
    }

    override func wasClosed() {
        super.wasClosed()
        if !isReleased { loop.laneClosed(lane) }
    }

    /// Closes our end, which tells the worker to end the lane.
    func release() {
        isReleased = true
        close()
    }

    // MARK: Frames

    /// Hands on the frames that have come whole, and keeps what follows them.
    private func takeRest() {
        while partial != nil, !rest.isEmpty {
            let count = min(missingBytes, rest.count)
            partial?.writeBytes(UnsafeRawBufferPointer(rebasing: rest[..<count]))
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            takePartial()
        }
        while let header = header(of: rest) {
            let total = header.frameBytes
            guard rest.count >= total else { break }
            let frame = UnsafeRawBufferPointer(rebasing: rest[..<total])
            // Before it is told, which may lead back here.
            rest = UnsafeRawBufferPointer(rebasing: rest[total...])
            loop.laneReplied(lane, LaneFrame(header: header, bytes: frame, owner: nil))
        }
        if !rest.isEmpty, isOpen { keep(rest) }
        rest = Self.nothing
    }

    /// The header at the start of `bytes`; nil if it hasn't come whole, or is none, which ends the lane.
    private func header(of bytes: UnsafeRawBufferPointer) -> LaneReplyHeader? {
        guard isOpen, bytes.count >= LaneReplyHeader.bytes else { return nil }
        let header = LaneReplyHeader(decoding: UnsafeRawBufferPointer(rebasing: bytes[..<LaneReplyHeader.bytes]))
        guard let header, header.payloadBytes != nil else {
            loop.laneBroke(lane)
            close()
            return nil
        }
        return header
    }

    // MARK: Frames that come in pieces

    private var missingBytes: Int {
        partialBytes - (partial?.readableBytes ?? partialBytes)
    }

    /// Keeps the beginning of a frame, in room for all of it: what follows is copied in once and never moved.
    private func keep(_ bytes: UnsafeRawBufferPointer) {
        partialBytes = header(of: bytes)?.frameBytes ?? LaneReplyHeader.bytes
        guard isOpen else { return }
        var buffer = ByteBuffer()
        buffer.makeRoom(for: max(partialBytes, bytes.count))
        buffer.writeBytes(bytes)
        partial = buffer
    }

    /// Hands on the frame whose beginning was kept, if all of it is there.
    private func takePartial() {
        guard missingBytes == 0, let buffer = partial else { return }
        // Let go before anything is told, which may lead back here.
        partial = nil
        buffer.withUnsafeReadableBytes { bytes in
            guard let header = header(of: bytes) else { return }
            if bytes.count < header.frameBytes { return keep(bytes) }
            loop.laneReplied(lane, LaneFrame(header: header, bytes: bytes, owner: buffer))
        }
    }
}

extension LaneReplyHeader {
    /// The length of the whole frame, of which the header has said that it is a possible one.
    fileprivate var frameBytes: Int {
        Self.bytes + (payloadBytes ?? 0)
    }
}
