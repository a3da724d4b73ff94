import CDirtyLink
import Glibc
import Synchronization

/// Keeps private copies of plugins, so that replacing or deleting an original under running workers harms nothing, and a
/// respawned worker gets its own generation's code.
///
/// Copies are files, because backtraces and debuggers want a path. Where the store's folder is on a file system that
/// nothing can be executed from, the bytes are in sealed memory instead, and symbolic links to it stand in the files'
/// places. A copy keeps the plugin's file name, in a folder of its own, beside copies of the neighbours that it finds by
/// `$ORIGIN`. Any thread may use it.
final class ImageStore: Sendable {
    private let root: String
    /// Whether code can be loaded from files in the store's folder.
    let isExecutable: Bool
    private let state = Mutex(State())

    private struct State {
        var lastNumber = 0
        /// The sealed memory of each image that has any.
        var memory: [Int: [Int32]] = [:]
    }

    /// A store under `root`, emptied of what an arbiter that died has left.
    init(root: String) throws(ArbiterError) {
        self.root = root
        FileTree.remove(root)
        try FileTree.makeDirectory(root)
        isExecutable = try Self.probe(root + "/probe")
    }

    /// Copies `plugin` and its `neighbours`; blocks on the disk.
    ///
    /// Neighbours are named relative to the plugin's folder, and stand so to the copy's.
    func capture(plugin: String, neighbours: [String]) throws(ArbiterError) -> PluginImage {
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        let top = root + "/\(number)"
        do throws(ArbiterError) {
            try FileTree.makeDirectory(top)
            let (origin, name) = FileTree.split(plugin)
            let folder = try Self.folder(for: neighbours, of: origin, in: top)
            for neighbour in neighbours {
                try FileTree.makeFolders(of: neighbour, in: folder)
                try put(origin + neighbour, at: folder + "/" + neighbour, number)
            }
            let image = PluginImage(number: number, path: folder + "/" + name)
            try put(plugin, at: image.path, number)
            return image
        } catch {
            remove(number)
            throw error
        }
    }

    /// Removes an image that no worker will load again; those that have loaded it keep its pages.
    ///
    /// Blocks on the disk.
    func remove(_ image: PluginImage) {
        remove(image.number)
    }

    /// Removes every image and the store's folder; blocks on the disk.
    func removeAll() {
        let memory = state.withLock { state in
            defer { state.memory = [:] }
            return state.memory
        }
        for descriptor in memory.values.joined() { close(descriptor) }
        FileTree.remove(root)
    }

    private func remove(_ number: Int) {
        let memory = state.withLock { $0.memory.removeValue(forKey: number) }
        for descriptor in memory ?? [] { close(descriptor) }
        FileTree.remove(root + "/\(number)")
    }

    /// The folder within `top` in which a plugin's copy lies: so deep that neighbours which begin with `..` stay within, and
    /// named as the plugin's own folder and those above it are, for a way up may come down again.
    private static func folder(
        for neighbours: [String],
        of origin: String,
        in top: String
    ) throws(ArbiterError) -> String {
        let depth = neighbours.map { $0.split(separator: "/").prefix { $0 == ".." }.count }.max() ?? 0
        guard depth > 0 else { return top }
        let real = realpath(origin.isEmpty ? "." : origin, nil)
        defer { free(real) }
        let names = real.map { String(cString: $0).split(separator: "/").map(String.init) } ?? []
        var folder = top
        for level in (0..<depth).reversed() {
            folder += "/" + (level < names.count ? names[names.count - 1 - level] : "up")
            try FileTree.makeDirectory(folder)
        }
        return folder
    }

    private func put(_ source: String, at target: String, _ number: Int) throws(ArbiterError) {
        if isExecutable {
            try FileTree.copy(source, to: target)
        } else {
            try link(source, at: target, number)
        }
    }

    /// Copies `source` into sealed memory, and makes `target` a link to that.
    ///
    /// By way of our own process, whose user is the worker's: nothing has to be handed over, and the link's folder is the
    /// `$ORIGIN` that the dynamic linker sees.
    private func link(_ source: String, at target: String, _ number: Int) throws(ArbiterError) {
        let memory = dirty_memory_create(FileTree.split(source).name)
        guard memory >= 0 else {
            throw ArbiterError(.environment, "can't make memory for a copy of \(source): \(errorText(-memory))")
        }
        state.withLock { $0.memory[number, default: []].append(memory) }
        try FileTree.copy(source, into: memory, named: "memory")
        let sealed = dirty_memory_seal(memory)
        guard sealed == 0 else {
            throw ArbiterError(.environment, "can't seal the copy of \(source): \(errorText(-sealed))")
        }
        guard symlink("/proc/\(getpid())/fd/\(memory)", target) == 0 else {
            throw ArbiterError(.environment, "can't make the link \(target): \(errorText())")
        }
    }

    /// Whether a file at `path`, made and removed here, could be mapped to be executed.
    private static func probe(_ path: String) throws(ArbiterError) -> Bool {
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o700)
        guard descriptor >= 0 else { throw ArbiterError(.environment, "can't write \(path): \(errorText())") }
        defer {
            close(descriptor)
            unlink(path)
        }
        let bytes = 4096
        // Never touched, so that it doesn't matter that the file is empty.
        let mapped = mmap(nil, bytes, PROT_READ | PROT_EXEC, MAP_PRIVATE, descriptor, 0)
        guard let mapped, mapped != MAP_FAILED else { return false }
        munmap(mapped, bytes)
        return true
    }
}
