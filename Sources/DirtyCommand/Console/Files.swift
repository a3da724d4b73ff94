import Glibc

/// Whole files, in and out.
enum Files {
    /// What is in the file at `path`; the failure is the system's reason.
    static func read(_ path: String) -> Result<[UInt8], FileProblem> {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return .failure(FileProblem(errno)) }
        defer { close(descriptor) }
        return read(descriptor)
    }

    /// What is still to be read of standard input.
    static func readInput() -> Result<[UInt8], FileProblem> {
        read(STDIN_FILENO)
    }

    /// Writes the file at `path` anew; the failure is the system's reason.
    static func write(_ bytes: [UInt8], to path: String) -> Result<Void, FileProblem> {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { return .failure(FileProblem(errno)) }
        defer { close(descriptor) }
        guard StandardStream(descriptor: descriptor).write(bytes) else { return .failure(FileProblem(errno)) }
        return .success(())
    }

    private static func read(_ descriptor: Int32) -> Result<[UInt8], FileProblem> {
        var contents: [UInt8] = []
        while true {
            var code: Int32 = 0
            let piece = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
                let result = Glibc.read(descriptor, buffer.baseAddress!, buffer.count)
                code = result < 0 ? errno : 0
                count = max(result, 0)
            }
            switch code {
            case 0 where piece.isEmpty: return .success(contents)
            case 0: contents += piece
            case EINTR: continue
            default: return .failure(FileProblem(code))
            }
        }
    }

    /// The names in the directory at `path`, in order; nil if it is no directory.
    static func names(in path: String) -> [String]? {
        guard let directory = opendir(path) else { return nil }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// What stands at `path`.
    static func kind(of path: String) -> Result<Kind, FileProblem> {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return .failure(FileProblem(errno)) }
        switch facts.st_mode & S_IFMT {
        case S_IFREG: return .success(.file)
        case S_IFDIR: return .success(.directory)
        default: return .success(.other)
        }
    }

    /// What can stand at a path.
    enum Kind {
        case file, directory, other
    }
}

/// Why a file can't be used, in the system's words.
struct FileProblem: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ code: Int32) {
        description = String(cString: strerror(code))
    }
}
