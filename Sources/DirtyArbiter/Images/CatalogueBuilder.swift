import Glibc
import NIOPosix

/// Describes and copies the plugins of a configuration, and makes the catalogue of its apps.
struct CatalogueBuilder {
    /// How many plugins are described at once: each costs a process.
    private static let parallelism = 4

    /// What to host.
    let configuration: ArbiterConfiguration
    /// Where copies go.
    let images: ImageStore
    /// The program that describes.
    let workerExecutable: String

    /// The catalogue, its images being those of `generation`.
    ///
    /// - Throws: ``ArbiterError`` that names every plugin that can't be loaded, and why.
    func build(generation: Int) async throws(ArbiterError) -> AppCatalogue {
        try checkNames()
        let paths = configuration.apps.map(\.path).uniqued()
        let descriptions = try await describe(paths)
        var copies: [String: String] = [:]
        for (index, path) in paths.enumerated() {
            guard let description = descriptions[path] else { continue }
            copies[path] = try await copy(path, description, generation: generation, index: index)
        }
        let entries = configuration.apps.compactMap { app -> AppCatalogue.Entry? in
            guard let description = descriptions[app.path], let copy = copies[app.path] else { return nil }
            return AppCatalogue.Entry(specification: app, description: description, images: [generation: copy])
        }
        return AppCatalogue(entries: entries, isIsolatingAll: configuration.isolatesApps)
    }

    private func checkNames() throws(ArbiterError) {
        var paths: [String: String] = [:]
        for app in configuration.apps {
            if let other = paths.updateValue(app.path, forKey: app.name) {
                throw ArbiterError(
                    .configuration,
                    "two apps are named \(app.name): \(other) and \(app.path). Name one of them, as in NAME=\(app.path)"
                )
            }
        }
    }

    private func describe(_ paths: [String]) async throws(ArbiterError) -> [String: PluginDescription] {
        let results = await withTaskGroup(of: Outcome.self) { group in
            for path in paths.prefix(Self.parallelism) {
                group.addTask { await describe(path) }
            }
            var rest = paths.dropFirst(Self.parallelism)
            var results: [String: Result<PluginDescription, ArbiterError>] = [:]
            for await outcome in group {
                results[outcome.path] = outcome.result
                if let path = rest.popFirst() { group.addTask { await describe(path) } }
            }
            return results
        }
        var descriptions: [String: PluginDescription] = [:]
        var mistakes: [String] = []
        for path in paths {
            switch results[path] {
            case .success(let description): descriptions[path] = description
            case .failure(let error): mistakes.append(error.message)
            case nil: break
            }
        }
        guard mistakes.isEmpty else { throw ArbiterError(.plugin, mistakes.joined(separator: "\n")) }
        return descriptions
    }

    /// What came of describing one plugin.
    private struct Outcome: Sendable {
        let path: String
        let result: Result<PluginDescription, ArbiterError>
    }

    private func describe(_ path: String) async -> Outcome {
        do throws(ArbiterError) {
            let description = try await PluginDescriber.description(
                of: path,
                workerExecutable: workerExecutable,
                timeout: configuration.initTimeout
            )
            return Outcome(path: path, result: .success(description))
        } catch {
            return Outcome(path: path, result: .failure(error))
        }
    }

    private func copy(
        _ path: String,
        _ description: PluginDescription,
        generation: Int,
        index: Int
    ) async throws(ArbiterError) -> String {
        let images = images
        let result: Result<String, ArbiterError>
        do {
            // Disks block, and neither an event loop nor the cooperative pool may.
            result = try await NIOThreadPool.singleton.runIfActive {
                do throws(ArbiterError) {
                    return .success(
                        try images.capture(
                            plugin: path,
                            neighbours: description.neighbours,
                            generation: generation,
                            index: index
                        )
                    )
                } catch {
                    return .failure(error)
                }
            }
        } catch {
            throw ArbiterError(.environment, "can't copy \(path): \(error)")
        }
        return try result.get()
    }
}

extension Array where Element: Hashable {
    /// The elements without those that came before.
    fileprivate func uniqued() -> [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
