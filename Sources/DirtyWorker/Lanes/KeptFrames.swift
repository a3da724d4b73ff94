import CDirtyWorker
import DirtyWire

/// Frames that wait to be sent together, with one write.
///
/// Memory of a fixed size instead of an array: an array asks before each piece whether it is shared, and large enough.
struct KeptFrames: ~Copyable {
    private let memory: UnsafeMutableRawBufferPointer
    private var end = 0

    /// Room for `capacity` bytes.
    init(capacity: Int) {
        memory = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit {
        memory.deallocate()
    }

    /// How many bytes wait.
    var count: Int { end }

    /// Adds a frame's header.
    mutating func append(_ header: LaneReplyHeader) {
        header.encode(into: room(for: LaneReplyHeader.bytes))
    }

    /// Adds the size of an attachment, or its offset in an answer area.
    mutating func append(_ place: UInt64) {
        withUnsafeBytes(of: place.littleEndian) { append($0) }
    }

    /// Adds bytes as they are.
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        room(for: bytes.count).copyMemory(from: bytes)
    }

    /// Forgets all.
    mutating func removeAll() {
        end = 0
    }

    /// Sends all, and is empty afterwards.
    ///
    /// Returns 0 or a negative errno.
    mutating func send(to socket: Int32) -> Int32 {
        defer { end = 0 }
        return dirty_io_send(socket, memory.baseAddress, end)
    }

    /// The next `bytes` bytes of the memory.
    private mutating func room(for bytes: Int) -> UnsafeMutableRawBufferPointer {
        precondition(bytes <= memory.count - end, "\(bytes) bytes are kept behind \(end), and \(memory.count) is all there is")
        defer { end += bytes }
        return UnsafeMutableRawBufferPointer(rebasing: memory[end..<end + bytes])
    }
}
