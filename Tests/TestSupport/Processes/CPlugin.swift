import Foundation

/// A plugin in one C file, compiled as its author would: no build system, and nothing of ours but the one header.
public final class CPlugin: Sendable {
    /// The plugin.
    public let path: String

    private let folder: TemporaryFolder

    /// Compiles `Tests/IntegrationTests/Plugins/NAME.c`.
    public convenience init(compiling name: String) throws {
        try self.init(source: "\(Products.repository)/Tests/IntegrationTests/Plugins/\(name).c", name: name)
    }

    /// Compiles `text`, a whole C file.
    public convenience init(text: String) throws {
        let folder = try TemporaryFolder()
        try self.init(source: try folder.write(text, to: "plugin.c"), name: "plugin", folder: folder)
    }

    /// Compiles the file `source`; headers beside it are found, too.
    public convenience init(source: String) throws {
        try self.init(source: source, name: "plugin")
    }

    private init(source: String, name: String, folder: TemporaryFolder? = nil) throws {
        self.folder = try folder ?? TemporaryFolder()
        path = self.folder.path + "/lib\(name).so"
        let arguments = [
            "-shared", "-fPIC", "-I", "\(Products.repository)/Sources/CDirtyApp/include", "-o", path, source,
        ]
        let outcome = try Program.run("cc", arguments)
        guard outcome.status == .exited(0) else { throw TestFailure("cc can't compile \(source):\n\(outcome.errors)") }
    }
}
