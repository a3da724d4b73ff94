import Foundation
import Glibc
import Synchronization

/// Plugins built from C for these tests, once each, with the C compiler that is there.
enum FixturePlugin {
    /// The plugin built from `Fixtures/NAME.c`.
    static func path(_ name: String, linking libraries: [String] = []) throws -> String {
        try build(name, sources: [fixtures + "/\(name).c"], options: libraries)
    }

    /// The Faults plugin.
    static func faults() throws -> String {
        let folder = repository + "/Plugins/Faults"
        let sources = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".c") }
        return try build("Faults", sources: sources.map { "\(folder)/\($0)" }, options: ["-I\(folder)/include"])
    }

    /// A new folder of this run.
    static func temporaryFolder() throws -> String {
        let path = folder + "/\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    /// Where the repository is that these tests are of.
    static let repository =
        "/" + URL(fileURLWithPath: #filePath).pathComponents.dropFirst().dropLast(4).joined(separator: "/")

    /// The option that has the header found.
    static let include = "-I\(repository)/Sources/CDirtyApp/include"

    private static let fixtures = repository + "/Tests/DirtyWorkerTests/Fixtures"
    private static let built = Mutex<[String: String]>([:])

    private static let folder: String = {
        let path = NSTemporaryDirectory() + "dirty-worker-tests-\(getpid())"
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        atexit { try? FileManager.default.removeItem(atPath: FixturePlugin.folder) }
        return path
    }()

    /// The plugin built by a compiler that is given `options`; its source files among them.
    static func built(_ name: String, by compiler: [String]) throws -> String {
        try built.withLock { built in
            if let path = built[name] { return path }
            let path = folder + "/lib\(name.filter { $0.isLetter || $0.isNumber }).so"
            let null = open("/dev/null", O_RDWR | O_CLOEXEC)
            defer { close(null) }
            let process = try ChildProcess(compiler + ["-o", path], descriptors: [null, STDERR_FILENO, STDERR_FILENO])
            guard try process.exitStatus() == .exited(0) else { throw HarnessError("\(name) can't be built") }
            built[name] = path
            return path
        }
    }

    private static func build(_ name: String, sources: [String], options: [String]) throws -> String {
        let compiler = ["cc", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O1", "-shared", "-fPIC", "-pthread"]
        return try built(name, by: compiler + [include] + sources + options)
    }
}
