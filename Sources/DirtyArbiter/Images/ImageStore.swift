import Glibc

/// Keeps each generation's private copies of plugins, so that replacing or deleting an original under running workers
/// harms nothing, and a respawned worker gets its own generation's code.
///
/// Copies are files, not memory, because backtraces and debuggers want a path. A copy keeps the plugin's file name, in
/// a folder of its own, beside copies of the neighbours that it finds by `$ORIGIN`.
struct ImageStore: Sendable {
    private let root: String

    /// A store under `root`, emptied of what an arbiter that died has left.
    init(root: String) throws(ArbiterError) {
        self.root = root
        Self.removeTree(root)
        try Self.makeDirectory(root)
    }

    /// Copies `plugin` and its `neighbours` for `generation`, as its image number `index`; blocks on the disk.
    ///
    /// Neighbours are named relative to the plugin's folder, and stand so in the copy's.
    ///
    /// - Returns: the path of the plugin's copy.
    func capture(plugin: String, neighbours: [String], generation: Int, index: Int) throws(ArbiterError) -> String {
        let generationPath = root + "/g\(generation)"
        try Self.makeDirectory(generationPath)
        let folder = generationPath + "/\(index)"
        try Self.makeDirectory(folder)
        let (origin, name) = Self.split(plugin)
        for neighbour in neighbours {
            try Self.makeFolders(of: neighbour, in: folder)
            try Self.copy(origin + neighbour, to: folder + "/" + neighbour)
        }
        let target = folder + "/" + name
        try Self.copy(plugin, to: target)
        return target
    }

    /// Removes the images of `generation`, whose last worker has gone; blocks on the disk.
    func remove(generation: Int) {
        Self.removeTree(root + "/g\(generation)")
    }

    /// Removes every image and the store's folder; blocks on the disk.
    func removeAll() {
        Self.removeTree(root)
    }

    private static func makeDirectory(_ path: String) throws(ArbiterError) {
        if mkdir(path, 0o700) != 0, errno != EEXIST {
            throw ArbiterError(.environment, "can't make the folder \(path): \(errorText())")
        }
    }

    /// Makes the folders that the relative path `file` needs within `folder`.
    private static func makeFolders(of file: String, in folder: String) throws(ArbiterError) {
        var path = folder
        for part in file.split(separator: "/").dropLast() {
            path += "/" + part
            try makeDirectory(path)
        }
    }

    /// The folder of `path`, empty or ending in a slash, and the name in it.
    private static func split(_ path: String) -> (folder: String, name: String) {
        let start = path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex
        return (String(path[..<start]), String(path[start...]))
    }

    private static func copy(_ source: String, to target: String) throws(ArbiterError) {
        let input = open(source, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw ArbiterError(.plugin, "can't read \(source): \(errorText())") }
        defer { close(input) }
        let output = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o500)
        guard output >= 0 else { throw ArbiterError(.environment, "can't write \(target): \(errorText())") }
        defer { close(output) }
        while true {
            // Stays inside the kernel, and shares blocks where the file system can.
            let count = retryingInterrupts { sendfile(output, input, nil, 1 << 30) }
            if count == 0 { return }
            guard count > 0 else {
                throw ArbiterError(.environment, "can't copy \(source) to \(target): \(errorText())")
            }
        }
    }

    /// Removes `path` and all below it, following no symbolic link; what is missing is no error.
    private static func removeTree(_ path: String) {
        guard let folder = opendir(path) else {
            unlink(path)
            return
        }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name != ".", name != ".." else { continue }
            let child = path + "/" + name
            var facts = stat()
            guard lstat(child, &facts) == 0 else { continue }
            if facts.st_mode & S_IFMT == S_IFDIR {
                removeTree(child)
            } else {
                unlink(child)
            }
        }
        closedir(folder)
        rmdir(path)
    }
}
