import CDirtyWorker
import DirtyWire

/// Frames that wait to be sent together, with one write.
///
/// Memory of a fixed size instead of an array: an array asks before each piece whether it is shared, and large enough.
struct KeptFrames: ~Copyable {
    private let memory: UnsafeMutableRawPointer
    private let capacity: Int
    /// How many bytes wait.
    private(set) var count = 0

    /// Room for `capacity` bytes.
    init(capacity: Int) {
        self.capacity = capacity
        memory = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit {
        memory.deallocate()
    }

    /// Adds a frame's header.
    @inline(__always)
    mutating func append(_ header: LaneReplyHeader) {
        header.encode(into: room(for: LaneReplyHeader.bytes))
    }

    /// Adds the size of an attachment, or its offset in an answer area.
    mutating func append(_ place: UInt64) {
        withUnsafeBytes(of: place.littleEndian) { append($0) }
    }

    /// Adds bytes as they are.
    @inline(__always)
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        room(for: bytes.count).copyMemory(from: bytes)
    }

    /// Forgets all.
    mutating func removeAll() {
        count = 0
    }

    /// Sends all, and is empty afterwards.
    ///
    /// Returns 0 or a negative errno.
    mutating func send(to socket: Int32) -> Int32 {
        defer { count = 0 }
        return dirty_io_send(socket, memory, count)
    }

    /// The next `bytes` bytes of the memory.
    @inline(__always)
    private mutating func room(for bytes: Int) -> UnsafeMutableRawBufferPointer {
        precondition(bytes <= capacity - count, "\(bytes) bytes don't go behind \(count) where \(capacity) have room")
        defer { count += bytes }
        return UnsafeMutableRawBufferPointer(start: memory + count, count: bytes)
    }
}
