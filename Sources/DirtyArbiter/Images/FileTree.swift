import Glibc

/// Copying, making and removing files and folders; every function blocks on the disk.
enum FileTree {
    /// Makes the folder `path`, ours alone, unless it is there.
    static func makeDirectory(_ path: String) throws(ArbiterError) {
        if mkdir(path, 0o700) != 0, errno != EEXIST {
            throw ArbiterError(.environment, "can't make the folder \(path): \(errorText())")
        }
    }

    /// Makes the folders that the relative path `file` needs within `folder`.
    static func makeFolders(of file: String, in folder: String) throws(ArbiterError) {
        var path = folder
        for part in file.split(separator: "/").dropLast() {
            path += "/" + part
            try makeDirectory(path)
        }
    }

    /// The folder of `path`, empty or ending in a slash, and the name in it.
    static func split(_ path: String) -> (folder: String, name: String) {
        let start = path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex
        return (String(path[..<start]), String(path[start...]))
    }

    /// Copies the file `source` to `target`, which must not be there.
    static func copy(_ source: String, to target: String) throws(ArbiterError) {
        let output = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o500)
        guard output >= 0 else { throw ArbiterError(.environment, "can't write \(target): \(errorText())") }
        defer { close(output) }
        try copy(source, into: output, named: target)
    }

    /// Copies the file `source` into what `output` is open on; `target` names that in errors.
    static func copy(_ source: String, into output: Int32, named target: String) throws(ArbiterError) {
        let input = open(source, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw ArbiterError(.plugin, "can't read \(source): \(errorText())") }
        defer { close(input) }
        while true {
            // Stays inside the kernel, and shares blocks where the file system can.
            let count = retryingInterrupts { sendfile(output, input, nil, 1 << 30) }
            if count == 0 { return }
            guard count > 0 else {
                throw ArbiterError(.environment, "can't copy \(source) to \(target): \(errorText())")
            }
        }
    }

    /// The names of what is in the folder `path`; nil if it can't be read.
    static func names(in path: String) -> [String]? {
        guard let folder = opendir(path) else { return nil }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Removes `path` and all below it, following no symbolic link; what is missing is no error.
    static func remove(_ path: String) {
        guard let names = names(in: path) else {
            unlink(path)
            return
        }
        for name in names {
            let child = path + "/" + name
            var facts = stat()
            guard lstat(child, &facts) == 0 else { continue }
            if facts.st_mode & S_IFMT == S_IFDIR {
                remove(child)
            } else {
                unlink(child)
            }
        }
        rmdir(path)
    }
}
