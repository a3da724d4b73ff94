import Foundation

/// Where what has been built lies.
public enum Products {
    /// The path of a built file, such as `dirty` or `libEcho.so`.
    ///
    /// It lies beside the running tests, or in `$DIRTY_BIN_DIR`.
    public static func path(_ name: String) throws -> String {
        let path = folder + "/" + name
        guard FileManager.default.fileExists(atPath: path) else {
            throw TestFailure("there is no \(path). Build everything ('swift build'), or set DIRTY_BIN_DIR")
        }
        return path
    }

    /// The path of a plugin by its name, such as `Echo`.
    public static func plugin(_ name: String) throws -> String {
        try path("lib\(name).so")
    }

    /// The root of the repository that these tests are of.
    public static let repository = URL(fileURLWithPath: #filePath).pathComponents.dropLast(4)
        .joined(separator: "/").replacingOccurrences(of: "//", with: "/")

    private static let folder =
        ProcessInfo.processInfo.environment["DIRTY_BIN_DIR"]
        ?? URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
}
