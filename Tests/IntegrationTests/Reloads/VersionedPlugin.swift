import Foundation
import Glibc
import TestSupport

/// The file of a plugin that says which version of it answers; written over in place, as a careless `cp` does.
struct VersionedPlugin {
    /// What may be wrong with a version.
    enum Fault: String {
        case failsToOpen = "FAIL_OPEN"
        case hangsInOpen = "HANG_OPEN"
        case abortsInOpen = "ABORT_OPEN"
        case isSick = "SICK"
    }

    /// Where it is.
    let path: String

    /// Puts version `version` at `path`.
    init(_ path: String, version: String = "1", _ fault: Fault? = nil) throws {
        self.path = path
        try write(version, fault)
    }

    /// Writes another version over what is there: the same file, other bytes.
    func write(_ version: String, _ fault: Fault? = nil) throws {
        try write(Self.compiled(version, fault))
    }

    /// Writes `bytes` over what is there.
    func write(_ bytes: [UInt8]) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o700)
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw TestFailure("can't write \(path): \(String(cString: strerror(errno)))") }
            written += count
        }
    }

    private static func compiled(_ version: String, _ fault: Fault?) throws -> [UInt8] {
        let folder = try TemporaryFolder()
        let target = folder.path + "/plugin.so"
        var arguments = [
            "-shared", "-fPIC", "-I\(Products.repository)/Sources/CDirtyApp/include", "-DVERSION=\"\(version)\"",
            "-o", target, "\(Products.repository)/Tests/IntegrationTests/Plugins/versioned.c",
        ]
        if let fault { arguments.append("-D\(fault.rawValue)") }
        let outcome = try Program.run("cc", arguments)
        guard outcome.status == .exited(0) else { throw TestFailure("cc can't compile:\n\(outcome.errors)") }
        return Array(try Data(contentsOf: URL(fileURLWithPath: target)))
    }
}
