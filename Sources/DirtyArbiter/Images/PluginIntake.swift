import Glibc
import NIOPosix

/// Takes plugins in: describes each, and copies it.
struct PluginIntake: Sendable {
    /// A plugin that has been taken in.
    struct Plugin: Sendable {
        /// What it says of itself.
        let description: PluginDescription
        /// Our copy.
        let image: PluginImage
    }

    /// How many plugins are described at once: each costs a process.
    private static let parallelism = 4
    /// The pauses before a file that was written meanwhile is looked at again.
    private static let pauses: [Duration] = [50, 100, 200, 400, 800, 1600].map { .milliseconds($0) }

    /// Where copies go.
    let images: ImageStore
    /// The program that describes.
    let workerExecutable: String
    /// How long a plugin may take to load.
    var timeout: Duration

    /// Takes the plugins at `paths` in, each once; a failure names its path, and concerns no other.
    func take(_ paths: [String]) async -> [String: Result<Plugin, ArbiterError>] {
        await withTaskGroup(of: (String, Result<Plugin, ArbiterError>).self) { group in
            var rest = Set(paths).sorted()[...]
            for path in rest.prefix(Self.parallelism) {
                group.addTask { (path, await take(path)) }
            }
            rest = rest.dropFirst(Self.parallelism)
            var results: [String: Result<Plugin, ArbiterError>] = [:]
            for await (path, result) in group {
                results[path] = result
                if let path = rest.popFirst() { group.addTask { (path, await take(path)) } }
            }
            return results
        }
    }

    /// Removes copies that nobody will load.
    func discard(_ images: [PluginImage]) async {
        guard !images.isEmpty else { return }
        let store = self.images
        // Fails only when the process's thread pool is shut down, which nobody does.
        try? await NIOThreadPool.singleton.runIfActive {
            for image in images { store.remove(image) }
        }
    }

    private func take(_ path: String) async -> Result<Plugin, ArbiterError> {
        do throws(ArbiterError) {
            for pause in Self.pauses {
                if let plugin = try await takeOnce(path) { return .success(plugin) }
                // The file is being written, and nothing tells when that ends. Cancelled, the next attempt is the last.
                try? await Task.sleep(for: pause)
            }
            if let plugin = try await takeOnce(path) { return .success(plugin) }
            throw ArbiterError(.plugin, "\(path) goes on changing while it is read; try again when it has been written")
        } catch {
            return .failure(error)
        }
    }

    /// Describes and copies the plugin; nil if its file changed meanwhile, so that the two might not agree.
    private func takeOnce(_ path: String) async throws(ArbiterError) -> Plugin? {
        let before = FileIdentity(of: path)
        let description = try await PluginDescriber.description(
            of: path,
            workerExecutable: workerExecutable,
            timeout: timeout
        )
        let image = try await copy(path, description.neighbours)
        guard FileIdentity(of: path) == before else {
            await discard([image])
            return nil
        }
        return Plugin(description: description, image: image)
    }

    private func copy(_ path: String, _ neighbours: [String]) async throws(ArbiterError) -> PluginImage {
        let images = images
        let result: Result<PluginImage, ArbiterError>
        do {
            // Disks block, and neither an event loop nor the cooperative pool may.
            result = try await NIOThreadPool.singleton.runIfActive {
                Result { () throws(ArbiterError) in
                    try images.capture(plugin: path, neighbours: neighbours)
                }
            }
        } catch {
            throw ArbiterError(.environment, "can't copy \(path): \(error)")
        }
        return try result.get()
    }
}
