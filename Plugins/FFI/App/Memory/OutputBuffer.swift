import CLibFFI
import DirtyKit
import Glibc

/// Room for what a function writes; zeroed, so that what it leaves out shows nothing of ours.
struct OutputBuffer {
    let memory: UnsafeMutableRawPointer
    let byteCount: Int
    /// Whether its end touches a page that can't be written.
    private let isGuarded: Bool

    /// Makes room; also for 0 bytes, as some functions refuse null.
    init(_ byteCount: Int, isGuarded: Bool) throws {
        let size = max(byteCount, isGuarded ? 0 : 1)
        guard let memory = isGuarded ? dirty_ffi_guarded(size) : calloc(size, 1) else {
            throw Arena.exhausted(byteCount)
        }
        self.memory = memory
        self.byteCount = byteCount
        self.isGuarded = isGuarded
    }

    /// Gives it back.
    func free() {
        if isGuarded { dirty_ffi_guarded_free(memory, byteCount) } else { Glibc.free(memory) }
    }
}
