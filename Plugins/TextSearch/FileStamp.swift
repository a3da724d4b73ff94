import Glibc

/// What tells whether a file has changed.
struct FileStamp: Equatable {
    /// Nanoseconds since 1970.
    let modified: Int64
    let size: Int64
}

extension FileStamp {
    /// The stamp of a file that was looked at.
    init(_ information: stat) {
        modified = Int64(information.st_mtim.tv_sec) * 1_000_000_000 + Int64(information.st_mtim.tv_nsec)
        size = Int64(information.st_size)
    }
}
