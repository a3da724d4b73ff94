import DirtyWire
import Glibc
import TestSupport

extension Host {
    /// Runs `dirty` with the host's socket in the environment.
    func dirty(_ arguments: String..., within seconds: Double = 60) throws -> Outcome {
        try Program.run(
            Products.path("dirty"),
            arguments,
            environment: ["DIRTY_SOCKET": socketPath],
            within: seconds
        )
    }

    /// Reloads, which must go well.
    func reload(_ apps: String...) throws {
        let outcome = try Program.run(
            Products.path("dirty"),
            ["reload"] + apps,
            environment: ["DIRTY_SOCKET": socketPath]
        )
        guard outcome.status == .exited(0) else {
            throw TestFailure("the reload failed: \(outcome.output)\(outcome.errors)")
        }
    }

    /// The version that answers a call of the app now.
    func version(of app: String) throws -> String? {
        try call(app, "version").stringValue
    }

    /// The names of the folders among its images.
    var imageFolders: [String] {
        (try? Folder.names(runtimePath + "/images")) ?? []
    }

    /// Waits until the last reload but those before `count` has ended; returns what status tells of it.
    func lastReload(within seconds: Double = 30, until isWanted: (JSONValue) -> Bool) throws -> JSONValue {
        let status = try status(within: seconds) { status in
            guard let reload = status["reload"], reload["active"] == false, let last = reload["last"] else {
                return false
            }
            return isWanted(last)
        }
        return status["reload"]?["last"] ?? .null
    }
}

/// Folders on the disk.
enum Folder {
    /// What is in the folder at `path`, sorted.
    static func names(_ path: String) throws -> [String] {
        guard let folder = opendir(path) else { throw TestFailure("there is no folder \(path)") }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
