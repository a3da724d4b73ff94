import Glibc

/// Finds the libraries that a plugin brings along: those it needs, directly or through each other, from its own folder.
enum Neighbours {
    /// The paths of the libraries beside `file`, or in folders below, that the dynamic linker finds by `$ORIGIN`, each
    /// relative to the folder of `file`; none if it can't be read.
    static func of(_ file: String) -> [String] {
        let folder = folder(of: file)
        var found: [String] = []
        var unread = [name(of: file)]
        while let relative = unread.popLast() {
            guard let library = try? ELFFile(image: folder + relative, path: file) else { continue }
            let origin = relative.lastIndex(of: "/").map { String(relative[...$0]) } ?? ""
            for path in library.searchPaths {
                guard let below = folderBelowOrigin(path) else { continue }
                for needed in library.needed where !needed.contains("/") {
                    let candidate = origin + below + needed
                    guard !found.contains(candidate), access(folder + candidate, R_OK) == 0 else { continue }
                    found.append(candidate)
                    unread.append(candidate)
                }
            }
        }
        return found
    }

    /// What follows `$ORIGIN` in a search path, empty or ending in a slash; nil if the path leads elsewhere.
    private static func folderBelowOrigin(_ path: String) -> String? {
        for origin in ["$ORIGIN", "${ORIGIN}"] where path.hasPrefix(origin) {
            let parts = path.dropFirst(origin.count).split(separator: "/").filter { $0 != "." }
            guard !parts.contains("..") else { return nil }
            return parts.map { $0 + "/" }.joined()
        }
        return nil
    }

    /// The folder of `file`, empty or ending in a slash.
    private static func folder(of file: String) -> String {
        file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
    }

    private static func name(of file: String) -> String {
        String(file.dropFirst(folder(of: file).count))
    }
}
