import Foundation

/// What of other languages is on this machine.
public enum Compilers {
    /// Whether a program can be found on the PATH.
    public static func isThere(_ program: String) -> Bool {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
    }
}
