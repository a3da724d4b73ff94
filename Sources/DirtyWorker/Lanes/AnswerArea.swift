import CDirtyWorker
import DirtyWire

/// Memory of the client's that the attachments of an answer are written to.
struct AnswerArea {
    /// The file, open to be written; closed with its call's memory.
    private let file: Int32
    /// Where the next attachment may begin.
    private var offset: Int
    /// Where the area ends.
    private let end: Int

    /// The area that `memory` tells of, open as `file`.
    init(_ memory: SharedMemory, file: Int32) {
        self.file = file
        offset = SharedMemory.aligned(memory.offset)
        end = memory.end
    }

    /// Writes `bytes` into the area.
    ///
    /// Returns where they begin in the file; nil if they don't fit, or can't be written.
    mutating func place(_ bytes: UnsafeRawBufferPointer) -> UInt64? {
        guard bytes.count > 0, bytes.count <= end - offset,
            dirty_memory_write(file, UInt64(offset), bytes.baseAddress, bytes.count) == 0
        else { return nil }
        defer { offset = SharedMemory.aligned(offset + bytes.count) }
        return UInt64(offset)
    }
}
