import DirtyKit
import Glibc

/// The app's `config`.
struct SearchConfiguration: Decodable {
    /// Extensions of the files that are indexed when a call names none.
    static let usualExtensions = [
        "c", "cc", "cpp", "css", "csv", "go", "h", "hpp", "htm", "html", "java", "js", "json", "log", "markdown", "md",
        "py",
        "rb", "rs", "rst", "sh", "sql", "swift", "tex", "toml", "ts", "txt", "xml", "yaml", "yml",
    ]

    /// The index: an SQLite file, made if it isn't there; its directory must be.
    let database: String
    /// What `index` goes over when a call names no paths, and the only places it may go to.
    ///
    /// Nil: anywhere.
    let roots: [String]?
    /// Larger files are skipped; 8 MiB unless set.
    let max_file_bytes: Int

    private enum CodingKeys: String, CodingKey {
        case database, roots, max_file_bytes
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        database = try members.decode(String.self, forKey: .database)
        roots = try members.decodeIfPresent([String].self, forKey: .roots)
        max_file_bytes = try members.decodeIfPresent(Int.self, forKey: .max_file_bytes) ?? 8 << 20
    }

    /// The real paths to index: those asked for, all of them existing and inside the roots.
    /// - Throws: ``AppError`` that names the path and the remedy.
    func resolve(_ paths: [String]?) throws -> [String] {
        let allowed = try roots?.map { try real($0, what: "root") }
        guard let paths else {
            guard let allowed, !allowed.isEmpty else {
                throw AppError(.invalid, "index needs paths: the app's config names no roots")
            }
            return allowed
        }
        return try paths.map { path in
            let real = try real(path, what: "path")
            guard let allowed else { return real }
            guard allowed.contains(where: { real == $0 || real.hasPrefix($0 == "/" ? $0 : $0 + "/") }) else {
                throw AppError(
                    .invalid,
                    code: "outside_roots",
                    "\(path) is outside the configured roots (\(allowed.joined(separator: ", ")))"
                )
            }
            return real
        }
    }

    /// The path as the index knows it, whether the file is still there or not.
    func absolute(_ path: String) -> String {
        if let real = try? real(path, what: "path") { return real }
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }

    private func real(_ path: String, what: String) throws -> String {
        guard let resolved = realpath(path, nil) else {
            throw AppError(.notFound, "the \(what) \(path) can't be indexed: \(String(cString: strerror(errno)))")
        }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
