/// What a lane's request says of memory that the client shares.
///
/// ```
///  0 i32 the client's process   4 u32 zero
/// then for each piece, 32 bytes:
///  0 u32 attachment, or 0xFFFFFFFF for the answer area   4 i32 descriptor   8 u64 inode   16 u64 offset   24 u64 size
/// ```
public struct LaneSharedMemory: Hashable, Sendable {
    /// An attachment that is in shared memory.
    public struct Attachment: Hashable, Sendable {
        /// Which one of the request's.
        public var index: Int
        /// Where it is.
        public var memory: SharedMemory

        /// Attachment `index` of the request, in `memory`.
        public init(index: Int, memory: SharedMemory) {
            self.index = index
            self.memory = memory
        }
    }

    /// The process whose descriptors the pieces name.
    public var owner: Int32
    /// The attachments that are in shared memory.
    public var attachments: [Attachment]
    /// Where the answer's attachments may be written.
    public var area: SharedMemory?

    private static let headBytes = 8
    private static let pieceBytes = 32
    private static let areaIndex = UInt32.max

    /// Memory that process `owner` shares.
    public init(owner: Int32, attachments: [Attachment], area: SharedMemory?) {
        self.owner = owner
        self.attachments = attachments
        self.area = area
    }

    /// Its length on the wire.
    public var bytes: Int {
        Self.headBytes + Self.pieceBytes * (attachments.count + (area == nil ? 0 : 1))
    }

    /// What `buffer` says, all of it; nil if it isn't that.
    public init?(decoding buffer: UnsafeRawBufferPointer) {
        guard buffer.count >= Self.headBytes, (buffer.count - Self.headBytes) % Self.pieceBytes == 0 else { return nil }
        self.init(owner: buffer.littleEndian(at: 0), attachments: [], area: nil)
        for start in stride(from: Self.headBytes, to: buffer.count, by: Self.pieceBytes) {
            let index: UInt32 = buffer.littleEndian(at: start)
            let offset: UInt64 = buffer.littleEndian(at: start + 16)
            let size: UInt64 = buffer.littleEndian(at: start + 24)
            guard offset <= SharedMemory.largestEnd, size <= SharedMemory.largestEnd else { return nil }
            let memory = SharedMemory(
                descriptor: buffer.littleEndian(at: start + 4),
                inode: buffer.littleEndian(at: start + 8),
                offset: Int(offset),
                size: Int(size)
            )
            if index == Self.areaIndex {
                area = memory
            } else {
                attachments.append(Attachment(index: Int(index), memory: memory))
            }
        }
    }

    /// Writes it into the first ``bytes`` of `buffer`, which must be as long at least.
    public func encode(into buffer: UnsafeMutableRawBufferPointer) {
        precondition(buffer.count >= bytes, "What is said of shared memory needs \(bytes) bytes.")
        buffer.storeLittleEndian(owner, at: 0)
        buffer.storeLittleEndian(0 as UInt32, at: 4)
        var start = Self.headBytes
        func write(_ index: UInt32, _ memory: SharedMemory) {
            buffer.storeLittleEndian(index, at: start)
            buffer.storeLittleEndian(memory.descriptor, at: start + 4)
            buffer.storeLittleEndian(memory.inode, at: start + 8)
            buffer.storeLittleEndian(UInt64(memory.offset), at: start + 16)
            buffer.storeLittleEndian(UInt64(memory.size), at: start + 24)
            start += Self.pieceBytes
        }
        for attachment in attachments { write(UInt32(attachment.index), attachment.memory) }
        if let area { write(Self.areaIndex, area) }
    }
}
