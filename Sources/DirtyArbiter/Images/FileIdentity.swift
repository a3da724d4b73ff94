import Glibc

/// What tells whether a file is still the one looked at before, with the same contents.
struct FileIdentity: Hashable, Sendable {
    private let device: UInt64
    private let inode: UInt64
    private let bytes: Int64
    /// When contents or attributes changed last, as the kernel has it; nobody can set this one back.
    private let changed: [UInt8]

    /// The identity of the file at `path`; nil if there is none.
    init?(of path: String) {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return nil }
        device = UInt64(facts.st_dev)
        inode = UInt64(facts.st_ino)
        bytes = Int64(facts.st_size)
        changed = withUnsafeBytes(of: facts.st_ctim) { Array($0) }
    }
}
