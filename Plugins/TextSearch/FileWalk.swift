import Glibc

/// Finds the regular files at or under a path.
///
/// Hidden ones and symbolic links are left out.
enum FileWalk {
    /// What the walk meets.
    enum Encounter {
        case file(path: String, FileStamp)
        /// A file or directory that can't be looked at, and why.
        case unreadable(path: String, reason: String)
    }

    /// Goes over `path`, which may be a file, in no particular order.
    static func run(_ path: String, _ visit: (Encounter) throws -> Void) throws {
        var pending = [path]
        while let path = pending.popLast() {
            var information = stat()
            guard lstat(path, &information) == 0 else {
                try visit(.unreadable(path: path, reason: String(cString: strerror(errno))))
                continue
            }
            switch information.st_mode & S_IFMT {
            case S_IFREG: try visit(.file(path: path, FileStamp(information)))
            case S_IFDIR:
                guard let entries = entries(of: path) else {
                    try visit(.unreadable(path: path, reason: String(cString: strerror(errno))))
                    continue
                }
                pending.append(contentsOf: entries)
            default: break
            }
        }
    }

    /// The entries of a directory that aren't hidden, as paths; nil, and `errno`, if it can't be read.
    private static func entries(of directory: String) -> [String]? {
        guard let stream = opendir(directory) else { return nil }
        defer { closedir(stream) }
        var paths: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { paths.append(directory == "/" ? "/" + name : directory + "/" + name) }
        }
        return paths
    }
}
