import DirtyArbiter
import DirtyWire
import FFIManifest

/// Describes a manifest of a C library as a plugin is described; no library is loaded for it.
enum ManifestDescriber {
    /// The JSON that `dirty inspect --json` prints for the manifest at `path`.
    static func describe(_ path: String, timeout: Duration = .seconds(60)) async throws(CommandFailure) -> [UInt8] {
        let file: ManifestFile
        let plugin: String
        do throws(ManifestFile.Mistakes) {
            file = try ManifestFile(path: path)
        } catch {
            throw CommandFailure(.usage, error.lines)
        }
        do throws(FFIPlugin.NotFound) {
            plugin = try FFIPlugin.locate()
        } catch {
            throw CommandFailure(.failure, error.message)
        }
        let printed: [UInt8]
        do {
            printed = try await PluginDescriber.describe(plugin, workerExecutable: nil, timeout: timeout)
        } catch {
            throw CommandFailure(.failure, error.message)
        }
        guard var description = (try? JSONValue(parsing: printed))?.objectValue else {
            throw CommandFailure(.failure, "the worker describes \(plugin) in what is not JSON")
        }
        description["name"] = .string(file.manifest.name ?? AppResolver.defaultName(of: path))
        if let version = file.manifest.version { description["version"] = .string(version) }
        description["manifest"] = JSONValue(file.manifest.actions)
        return JSONValue.object(description).serialized()
    }
}
