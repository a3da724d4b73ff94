import Glibc

/// Finds the libraries that a plugin brings along: those it needs, directly or through each other, from places named by
/// where it lies itself.
enum Neighbours {
    /// The paths of the libraries that the dynamic linker finds by `$ORIGIN`, each relative to the folder of `file` and
    /// without needless steps: beside it, below it, or, beginning with `..`, elsewhere; none if it can't be read.
    static func of(_ file: String) -> [String] {
        let folder = folder(of: file)
        var found: [String] = []
        var unread = [name(of: file)]
        while let relative = unread.popLast() {
            guard let library = try? ELFFile(image: folder + relative, path: file) else { continue }
            let origin = relative.lastIndex(of: "/").map { String(relative[...$0]) } ?? ""
            for path in library.searchPaths {
                guard let way = wayFromOrigin(path) else { continue }
                for needed in library.needed where !needed.contains("/") {
                    let candidate = shortened(origin + way + needed)
                    guard !found.contains(candidate), access(folder + candidate, R_OK) == 0 else { continue }
                    found.append(candidate)
                    unread.append(candidate)
                }
            }
        }
        return found
    }

    /// What follows `$ORIGIN` in a search path, empty or ending in a slash; nil if the path begins elsewhere.
    private static func wayFromOrigin(_ path: String) -> String? {
        for origin in ["$ORIGIN", "${ORIGIN}"] where path.hasPrefix(origin) {
            return path.dropFirst(origin.count).split(separator: "/").map { $0 + "/" }.joined()
        }
        return nil
    }

    /// The relative `path` without steps to where it is, or down and up again: `..` is left at its beginning only.
    private static func shortened(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." {
                parts.removeLast()
            } else {
                parts.append(part)
            }
        }
        return parts.joined(separator: "/")
    }

    /// The folder of `file`, empty or ending in a slash.
    private static func folder(of file: String) -> String {
        file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
    }

    private static func name(of file: String) -> String {
        String(file.dropFirst(folder(of: file).count))
    }
}
