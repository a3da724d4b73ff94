import Glibc

/// The folders to be watched, and what in them matters.
struct WatchList: Hashable, Sendable {
    /// What matters in one folder.
    struct Interest: Hashable, Sendable {
        /// By file name, the plugins' paths as apps have them; a file may go by several.
        var files: [String: Set<String>] = [:]
        /// The ways in which apps write the folder, ending in a slash, if its every plugin is an app.
        var directories: Set<String> = []
    }

    /// By the path that opens it; as apps write it, or resolved where that is a link.
    private(set) var folders: [String: Interest] = [:]

    /// The list for plugins at `paths`, and for whole `directories`.
    init(paths: [String], directories: [String]) {
        for path in paths {
            add(path, for: path)
            // What is written is the file behind a link.
            guard let real = realpath(path, nil) else { continue }
            defer { free(real) }
            add(String(cString: real), for: path)
        }
        for directory in directories {
            let prefix = directory.hasSuffix("/") ? directory : directory + "/"
            folders[prefix, default: Interest()].directories.insert(prefix)
        }
    }

    private mutating func add(_ file: String, for path: String) {
        let (folder, name) = FileTree.split(file)
        folders[folder.isEmpty ? "./" : folder, default: Interest()].files[name, default: []].insert(path)
    }
}

extension WatchList.Interest {
    /// What matters here or there.
    func union(_ other: WatchList.Interest) -> WatchList.Interest {
        WatchList.Interest(
            files: files.merging(other.files) { $0.union($1) },
            directories: directories.union(other.directories)
        )
    }

    /// The paths by which apps know, or would know, the file of this name; none if it doesn't matter.
    func paths(of name: String) -> Set<String> {
        var paths = files[name] ?? []
        if name.hasSuffix(".so") || name.hasSuffix(".json") {
            for directory in directories { paths.insert(directory + name) }
        }
        return paths
    }
}
