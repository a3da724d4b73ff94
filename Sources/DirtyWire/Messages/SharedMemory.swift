/// A piece of a file in memory (memfd_create(2)), as the process that has it open names it to another.
public struct SharedMemory: Hashable, Sendable {
    /// The descriptor's number in the process that has the file open.
    public var descriptor: Int32
    /// The file's inode, by which it is told from another that the number may stand for by the time it is opened.
    public var inode: UInt64
    /// Where the piece begins in the file; a multiple of ``alignment``.
    public var offset: Int
    /// How many bytes it has.
    public var size: Int

    /// Offsets are multiples of it, so that plugins get bytes that they can compute on.
    public static let alignment = 64
    /// No piece ends beyond it: whatever is added to an offset below it is no overflow.
    public static let largestEnd = 1 << 46

    /// A piece of the file that is open as `descriptor`.
    public init(descriptor: Int32, inode: UInt64, offset: Int, size: Int) {
        self.descriptor = descriptor
        self.inode = inode
        self.offset = offset
        self.size = size
    }

    /// Where the piece ends in the file.
    public var end: Int { offset + size }

    /// The first offset from `offset` on at which a piece may begin.
    public static func aligned(_ offset: Int) -> Int {
        (offset + alignment - 1) / alignment * alignment
    }
}
