import Glibc

/// Files made for the user, with their folders.
enum NewFiles {
    /// Makes a folder, and those above it that are missing.
    static func makeFolder(_ path: String) throws(CommandFailure) {
        var folder = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            folder += part + "/"
            guard mkdir(folder, 0o777) == 0 || errno == EEXIST else {
                throw CommandFailure(.failure, "the folder \(folder) can't be made: \(FileProblem(errno))")
            }
        }
    }

    /// Writes `text` to `path`, in place of what is there.
    static func write(_ text: String, to path: String) throws(CommandFailure) {
        if let slash = path.lastIndex(of: "/") { try makeFolder(String(path[..<slash])) }
        guard let file = fopen(path, "we") else { throw failure(path) }
        let count = text.utf8.count
        let written = text.withCString { fwrite($0, 1, count, file) }
        guard fclose(file) == 0, written == count else { throw failure(path) }
    }

    private static func failure(_ path: String) -> CommandFailure {
        CommandFailure(.failure, "\(path) can't be written: \(FileProblem(errno))")
    }
}
