import Glibc

/// Memory that a plugin got from `alloc`, to be freed when its call is over.
struct CallMemory {
    private var blocks: UnsafeMutableRawPointer?

    /// Bytes before each block: they link the blocks, and keep the alignment.
    private static let headerBytes = 16

    /// Memory of `bytes` bytes, aligned to 16; nil if there is none.
    mutating func allocate(_ bytes: Int) -> UnsafeMutableRawPointer? {
        let (total, overflow) = bytes.addingReportingOverflow(Self.headerBytes)
        guard bytes >= 0, !overflow, let block = malloc(total) else { return nil }
        block.storeBytes(of: blocks, as: UnsafeMutableRawPointer?.self)
        blocks = block
        return block + Self.headerBytes
    }

    /// Takes all blocks out, to be freed later.
    mutating func take() -> CallMemory {
        defer { blocks = nil }
        return self
    }

    /// Frees all blocks.
    mutating func free() {
        while let block = blocks {
            blocks = block.load(as: UnsafeMutableRawPointer?.self)
            Glibc.free(block)
        }
    }
}
