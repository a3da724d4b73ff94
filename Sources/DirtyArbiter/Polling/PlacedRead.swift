import CDirtyLink
import NIOCore

/// Reading to where bytes are to stay, so that they aren't copied on.
enum PlacedRead {
    /// Less than this is read with whatever follows it, and copied.
    static let shortestBytes = 1 << 15
    /// More than this would keep others waiting.
    static let longestBytes = 1 << 18
}

extension ByteBuffer {
    /// Makes room for `bytes` bytes more at once, so that pieces of them are copied in once and never moved.
    mutating func makeRoom(for bytes: Int, in spareMemory: SpareMemory) {
        guard writableBytes < bytes else { return }
        if var spare = spareMemory.take(readableBytes + bytes) {
            spare.writeImmutableBuffer(self)
            self = spare
            return
        }
        reserveCapacity(minimumWritableBytes: bytes)
        withUnsafeMutableWritableBytes { dirty_prefer_huge_pages($0.baseAddress, $0.count) }
    }

    /// Has `read` append some of the `missingBytes` bytes that a frame lacks, if they are so many that this is worth it.
    ///
    /// - Returns: What `read` does: how many they were, or something negative. Nil if it wasn't called.
    mutating func readInPlace(_ missingBytes: Int, _ read: (UnsafeMutableRawBufferPointer) -> Int) -> Int? {
        let bytes = min(missingBytes, PlacedRead.longestBytes)
        guard bytes >= PlacedRead.shortestBytes else { return nil }
        var result = 0
        writeWithUnsafeMutableBytes(minimumWritableBytes: bytes) { space in
            result = read(UnsafeMutableRawBufferPointer(rebasing: space[..<bytes]))
            return max(0, result)
        }
        return result
    }
}
