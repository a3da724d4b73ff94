import DirtyWire
import FFIManifest
import Glibc

/// A manifest of a C library, read from a file.
struct ManifestFile {
    /// What it says.
    let manifest: Manifest
    /// The same as JSON text: the configuration of the plugin that performs it.
    let config: String

    /// How the names of such files end.
    static let suffix = ".json"

    /// What is wrong with a file, a line for each mistake.
    struct Mistakes: Error {
        let lines: [String]
    }

    /// Reads the manifest at `path`.
    /// - Parameter patch: JSON text of what is different in it, as a JSON Merge Patch (RFC 7396).
    /// - Throws: ``Mistakes`` that name the file, and the place in it by a JSON pointer.
    init(path: String, patch: String = "{}") throws(Mistakes) {
        let value = try Self.value(at: path)
        guard value["dirty_ffi"] != nil else {
            throw Mistakes(
                lines: ["\(path) is no manifest for the FFI plugin: it has no member \"dirty_ffi\" (see docs/ffi.md)"]
            )
        }
        guard let changes = try? JSONValue(parsing: patch), changes.kind == .object || changes == .null else {
            throw Mistakes(lines: ["the config of \(path) is no mapping; it says what is different in the manifest"])
        }
        let patched = changes == .null ? value : value.merged(with: ManifestValue(changes))
        let merged = Self.resolved(patched, beside: path)
        do {
            manifest = try Manifest(merged)
        } catch {
            throw Mistakes(lines: error.list.map { "\(path): \($0)" })
        }
        config = JSONValue(merged).description
    }

    /// Whether the file at `path` is a manifest, or can't be told from one: JSON of another kind isn't.
    static func isManifest(_ path: String) -> Bool {
        guard case .success(let bytes) = Files.read(path), let value = try? JSONValue(parsing: bytes) else {
            return true
        }
        return value["dirty_ffi"] != nil
    }

    private static func value(at path: String) throws(Mistakes) -> ManifestValue {
        switch Files.read(path) {
        case .failure(let problem): throw Mistakes(lines: ["the manifest \(path) can't be read: \(problem)"])
        case .success(let bytes):
            do {
                return ManifestValue(try JSONValue(parsing: bytes))
            } catch {
                throw Mistakes(lines: ["\(path): \(error.message)"])
            }
        }
    }

    /// The manifest with its libraries' paths made absolute: they count from its own folder.
    private static func resolved(_ value: ManifestValue, beside path: String) -> ManifestValue {
        guard case .object(let libraries) = value["libraries"] else { return value }
        let changes = libraries.compactMap { library -> ManifestValue.Member? in
            guard case .string(let file) = library.value["path"], !file.hasPrefix("/") else { return nil }
            let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
            guard let absolute = realpath(folder.isEmpty ? "/" : folder, nil) else { return nil }
            defer { free(absolute) }
            let resolved = String(cString: absolute) + "/" + file
            return .init(library.name, .object([.init("path", .string(resolved))]))
        }
        return value.merged(with: .object([.init("libraries", .object(changes))]))
    }
}
