import DirtyKit
import Glibc

/// Memory for the arguments of one call, given back all at once.
final class Arena {
    private static let blockBytes = 64 << 10
    private let block: UnsafeMutableRawPointer
    private var used = 0
    private var extra: [UnsafeMutableRawPointer] = []

    init() {
        block = .allocate(byteCount: Self.blockBytes, alignment: 16)
    }

    deinit {
        reset()
        block.deallocate()
    }

    /// `count` bytes, aligned to 16, not cleared; never null, also for 0 bytes.
    func allocate(_ count: Int) throws -> UnsafeMutableRawPointer {
        let start = (used + 15) & ~15
        if count <= Self.blockBytes - start - 16 {
            used = start + max(count, 1)
            return block + start
        }
        guard let memory = malloc(max(count, 1)) else { throw Self.exhausted(count) }
        extra.append(memory)
        return memory
    }

    /// Takes all of it back.
    func reset() {
        used = 0
        guard !extra.isEmpty else { return }
        for memory in extra { free(memory) }
        extra.removeAll(keepingCapacity: true)
    }

    /// The error that there is no memory.
    static func exhausted(_ count: Int) -> AppError {
        AppError(.outOfMemory, "there is no memory for \(count) bytes")
    }
}
