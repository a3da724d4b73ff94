import DirtyArbiter
import DirtyWire
import FFIManifest

/// Finds the plugins that apps name, and their names.
///
/// Relative paths count from the working directory.
struct AppResolver {
    /// The apps found, in the order written; those of a directory in the order of their files' names.
    private(set) var apps: [AppSpecification] = []
    private(set) var mistakes: [Mistake] = []
    /// What is likely wrong, yet not surely.
    private(set) var warnings: [Mistake] = []
    /// The directories among what was named.
    private(set) var directories: [String] = []
    private var origins: [Origin] = []
    private lazy var ffiPlugin = Result { () throws(ManifestFile.Mistakes) in
        do throws(FFIPlugin.NotFound) {
            return try FFIPlugin.locate()
        } catch {
            throw ManifestFile.Mistakes(lines: [error.message])
        }
    }

    /// Looks at what `entries` name.
    init(_ entries: [AppEntry]) {
        for entry in entries {
            resolve(entry)
        }
        findDuplicates()
    }

    private mutating func resolve(_ entry: AppEntry) {
        switch Files.kind(of: entry.path) {
        case .success(.file):
            if entry.path.hasSuffix(ManifestFile.suffix) {
                addManifest(entry, path: entry.path)
            } else {
                add(entry, path: entry.path)
            }
        case .success(.directory):
            resolveDirectory(entry)
        case .success(.other):
            mistakes.append(Mistake(origin: entry.origin, message: "\(entry.path) is neither a file nor a directory"))
        case .failure(let problem):
            let hint = entry.path.contains(":") ? " (a number of workers is written PATH:DIGITS)" : ""
            mistakes.append(
                Mistake(origin: entry.origin, message: "the plugin \(entry.path) can't be used: \(problem)\(hint)")
            )
        }
    }

    private mutating func resolveDirectory(_ entry: AppEntry) {
        if let name = entry.name {
            mistakes.append(
                Mistake(
                    origin: entry.origin,
                    message:
                        "\(entry.path) is a directory, and its plugins can't all be called '\(name)'; leave the name out"
                )
            )
            return
        }
        guard let names = Files.names(in: entry.path) else {
            mistakes.append(Mistake(origin: entry.origin, message: "the directory \(entry.path) can't be read"))
            return
        }
        let directory = entry.path.hasSuffix("/") ? entry.path : entry.path + "/"
        let plugins = names.filter { $0.hasSuffix(".so") }
        let manifests = names.filter { $0.hasSuffix(ManifestFile.suffix) && ManifestFile.isManifest(directory + $0) }
        if plugins.isEmpty, manifests.isEmpty {
            warnings.append(
                Mistake(
                    origin: entry.origin,
                    message:
                        "the directory \(entry.path) holds no plugin, that is no file ending in .so, and no manifest"
                )
            )
        }
        directories.append(entry.path)
        for name in plugins {
            add(entry, path: directory + name, isFromDirectory: true)
        }
        for name in manifests {
            addManifest(entry, path: directory + name, isFromDirectory: true)
        }
    }

    /// Adds a C library: the plugin that performs manifests, with this one as its configuration.
    private mutating func addManifest(_ entry: AppEntry, path: String, isFromDirectory: Bool = false) {
        do throws(ManifestFile.Mistakes) {
            let file = try ManifestFile(path: path, patch: entry.config)
            let plugin = try ffiPlugin.get()
            var entry = entry
            entry.config = file.config
            add(
                entry,
                path: path,
                plugin: plugin,
                manifest: JSONValue(file.manifest.actions).description,
                isFromDirectory: isFromDirectory
            )
        } catch {
            mistakes += error.lines.map { Mistake(origin: entry.origin, message: $0) }
        }
    }

    private mutating func add(
        _ entry: AppEntry,
        path: String,
        plugin: String? = nil,
        manifest: String? = nil,
        isFromDirectory: Bool = false
    ) {
        let name = entry.name ?? Self.defaultName(of: path)
        var app = AppSpecification(name: name, path: path, workers: entry.workers)
        app.pluginPath = plugin
        app.manifest = manifest
        app.config = entry.config
        app.timeout = entry.timeout
        app.streamTimeout = entry.streamTimeout
        app.environment = entry.environment
        app.isIsolated = entry.isIsolated
        app.killsOnClientTimeout = entry.killsOnClientTimeout
        app.killsOnDisconnect = entry.killsOnDisconnect
        app.stopsFirst = entry.stopsFirst
        app.health = entry.health
        app.isFromDirectory = isFromDirectory
        do throws(Mistake) {
            _ = try AppEntry.name(name, of: path, entry.origin)
            apps.append(app)
            origins.append(entry.origin)
        } catch {
            mistakes.append(error)
        }
    }

    private mutating func findDuplicates() {
        var first: [String: Int] = [:]
        for (index, app) in apps.enumerated() {
            guard let other = first.updateValue(index, forKey: app.name) else { continue }
            first[app.name] = other
            mistakes.append(
                Mistake(
                    origin: origins[index],
                    message: "two apps are called '\(app.name)': \(apps[other].path) and \(app.path); "
                        + "give one of them another name by NAME=PATH"
                )
            )
        }
    }

    /// The name of the file at `path`, without `lib` and its extension: `plugins/libEcho.so.1` is `Echo`, `zlib.json` is
    /// `zlib`.
    static func defaultName(of path: String) -> String {
        var name = path.split(separator: "/").last ?? path[...]
        if name.hasSuffix(ManifestFile.suffix), name.count > ManifestFile.suffix.count {
            name = name.dropLast(ManifestFile.suffix.count)
        }
        if let suffix = name.firstRange(of: ".so"), suffix.lowerBound != name.startIndex {
            let rest = name[suffix.upperBound...]
            if rest.isEmpty || rest.hasPrefix(".") { name = name[..<suffix.lowerBound] }
        }
        if name.hasPrefix("lib"), name.count > 3 { name = name.dropFirst(3) }
        return String(name)
    }
}
