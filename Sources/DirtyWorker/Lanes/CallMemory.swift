import CDirtyLink
import CDirtyWorker
import Glibc

/// What is let go when a call is over: memory that its plugin got from `alloc`, and memory that its client shares.
struct CallMemory {
    private var blocks: UnsafeMutableRawPointer?
    private var mappings: [DirtyMapping] = []
    private var files: [Int32] = []
    /// Whether there is any mapping or file.
    private var isSharing = false

    /// Bytes before each block: they link the blocks, and keep the alignment.
    private static let headerBytes = 16

    /// Memory of `bytes` bytes, aligned to 16; nil if there is none.
    mutating func allocate(_ bytes: Int) -> UnsafeMutableRawPointer? {
        let (total, overflow) = bytes.addingReportingOverflow(Self.headerBytes)
        guard bytes >= 0, !overflow, let block = malloc(total) else { return nil }
        dirty_prefer_huge_pages(block, total)
        block.storeBytes(of: blocks, as: UnsafeMutableRawPointer?.self)
        blocks = block
        return block + Self.headerBytes
    }

    /// Keeps a mapping until the call is over.
    mutating func keep(_ mapping: DirtyMapping) {
        mappings.append(mapping)
        isSharing = true
    }

    /// Keeps a file open until the call is over.
    mutating func keep(file: Int32) {
        files.append(file)
        isSharing = true
    }

    /// Takes all out, to be let go later.
    mutating func take() -> CallMemory {
        defer { self = CallMemory() }
        return self
    }

    /// Lets all go.
    mutating func free() {
        if isSharing { endSharing() }
        while let block = blocks {
            blocks = block.load(as: UnsafeMutableRawPointer?.self)
            Glibc.free(block)
        }
    }

    private mutating func endSharing() {
        for mapping in mappings {
            withUnsafePointer(to: mapping) { dirty_memory_unmap($0) }
        }
        for file in files { close(file) }
        mappings = []
        files = []
        isSharing = false
    }
}

// Unchecked: it says where a mapping is, and nobody changes that.
extension DirtyMapping: @retroactive @unchecked Sendable {}
