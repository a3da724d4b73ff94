import ArbiterCore
import DirtyWire
import NIOCore

/// Cuts a connection's bytes into GD messages.
///
/// A frame that meets no room in the memory budget is thrown away as it comes; its id is in its header, so its sender gets
/// an answer and the connection stays usable.
final class GDMessageReader {
    /// What can come out.
    enum Output {
        /// A message: its header, and its payload as it came.
        case message(GDMessage)
        /// A message that there was no room for.
        case refused(RefusedMessage)
    }

    /// Frames from this size on must find room before they are read.
    private static let roomCheckBytes = 1 << 16

    /// Where in a frame the reader is.
    private enum Phase {
        /// Before or in its header. Can become: payload, refused.
        case header
        /// In its payload. Can become: header.
        case payload(GDHeader)
        /// In a payload that is thrown away. Can become: header.
        case refused(GDHeader, missingBytes: Int, Failure)
    }

    /// Bytes of the budget taken for the frame at hand; whoever handles its message gives them back.
    @exclusivity(unchecked) private(set) var reservedBytes = 0

    private let limits: FrameLimits
    private let room: (Int) -> Failure?
    private let spareMemory: SpareMemory
    @exclusivity(unchecked) private var phase = Phase.header
    @exclusivity(unchecked) private var buffer = ByteBuffer()
    @exclusivity(unchecked) private var scanner = GDScanner()
    @exclusivity(unchecked) private var scannedBytes = 0

    /// A reader of frames within `limits`, large ones in `spareMemory`; `room` takes so many bytes of the budget, or says why
    /// it can't.
    init(limits: FrameLimits, spareMemory: SpareMemory, room: @escaping (Int) -> Failure?) {
        self.limits = limits
        self.spareMemory = spareMemory
        self.room = room
    }

    /// Whether a frame has begun and not ended.
    var isAmidFrame: Bool {
        if case .header = phase { return buffer.readableBytes > 0 }
        return true
    }

    /// The id of the frame at hand, once it has come whole.
    var idSoFar: RequestID? {
        switch phase {
        case .header: nil
        case .payload(let header), .refused(let header, _, _): .gd(header.requestID)
        }
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

    /// Says that the budget has the frame's bytes back.
    func released() {
        reservedBytes = 0
    }

    /// The next message, or nil until more bytes have come.
    func next() throws(FrameFault) -> Output? {
        while true {
            switch phase {
            case .header:
                guard try beginPayload() else { return nil }
            case .payload(let header):
                guard try scan(header) else { return nil }
                return .message(try endPayload(header))
            case .refused(let header, let missingBytes, let failure):
                let dropped = min(missingBytes, buffer.readableBytes)
                _ = take(dropped)
                phase = .refused(header, missingBytes: missingBytes - dropped, failure)
                guard dropped == missingBytes else { return nil }
                phase = .header
                return .refused(RefusedMessage(id: .gd(header.requestID), appPath: "", failure: failure))
            }
        }
    }

    /// What the frame at hand lacks; 0 for one that is thrown away.
    private var missingBytes: Int {
        guard case .payload(let header) = phase else { return 0 }
        return Int(header.payloadBytes) - buffer.readableBytes
    }

    private func beginPayload() throws(FrameFault) -> Bool {
        guard buffer.readableBytes >= GDHeader.bytes else { return false }
        let header: GDHeader
        do {
            header = try buffer.withUnsafeReadableBytes { bytes throws(GDError) in
                try GDHeader(
                    decoding: UnsafeRawBufferPointer(rebasing: bytes[..<GDHeader.bytes]),
                    maxPayloadBytes: limits.frameBytes
                )
            }
        } catch {
            throw FrameFault(error: ProtocolError(error), id: nil)
        }
        let length = Int(header.payloadBytes)
        scanner.reset()
        scannedBytes = 0
        _ = take(GDHeader.bytes)
        phase = .payload(header)
        if length >= Self.roomCheckBytes {
            if let failure = room(length) {
                phase = .refused(header, missingBytes: length, failure)
                return true
            }
            reservedBytes = length
        }
        if length > buffer.readableBytes {
            buffer.makeRoom(for: length - buffer.readableBytes, in: spareMemory)
        }
        return true
    }

    /// Scans what has come of a payload, which for all but requests needs no scan; true if it is whole.
    private func scan(_ header: GDHeader) throws(FrameFault) -> Bool {
        let length = Int(header.payloadBytes)
        guard header.type == .request else { return buffer.readableBytes >= length }
        let fresh = min(buffer.readableBytes, length) - scannedBytes
        do {
            try buffer.withUnsafeReadableBytes { all throws(GDError) in
                try scanner.feed(UnsafeRawBufferPointer(rebasing: all[scannedBytes..<scannedBytes + fresh]))
            }
        } catch {
            throw FrameFault(error: ProtocolError(error), id: .gd(header.requestID))
        }
        scannedBytes += fresh
        return scannedBytes == length
    }

    private func endPayload(_ header: GDHeader) throws(FrameFault) -> GDMessage {
        let payload = take(Int(header.payloadBytes)) ?? ByteBuffer()
        phase = .header
        guard header.type == .request else { return GDMessage(header: header, head: nil, payload: payload) }
        do {
            return GDMessage(header: header, head: try scanner.finish(), payload: payload)
        } catch {
            throw FrameFault(error: ProtocolError(error), id: .gd(header.requestID))
        }
    }

    /// The next `count` bytes, if they are there.
    ///
    /// A buffer that is used up is let go, so that slices of it stay cheap.
    private func take(_ count: Int) -> ByteBuffer? {
        guard let slice = buffer.readSlice(length: count) else { return nil }
        if buffer.readableBytes == 0, count > GDHeader.bytes { buffer = ByteBuffer() }
        return slice
    }
}

/// One GD message as it came.
struct GDMessage {
    /// Its header.
    let header: GDHeader
    /// Where the members are in a request's payload; nil for other messages.
    let head: GDRequestHead?
    /// Its payload.
    let payload: ByteBuffer

    /// The id to answer under.
    var id: RequestID {
        .gd(header.requestID)
    }

    /// The bytes at `range` of the payload, shared with it.
    func slice(_ range: Range<Int>) -> ByteBuffer {
        payload.getSlice(at: payload.readerIndex + range.lowerBound, length: range.count) ?? ByteBuffer()
    }
}
