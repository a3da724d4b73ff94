import Foundation

/// Where the built `dirty-worker` is.
enum WorkerExecutable {
    /// `$DIRTY_WORKER_EXECUTABLE`, or the one in the build folder that the running tests are in.
    static let path: String = {
        if let path = ProcessInfo.processInfo.environment["DIRTY_WORKER_EXECUTABLE"] { return path }
        var folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let folders =
            [folder.path] + CommandLine.arguments.map { URL(fileURLWithPath: $0).deletingLastPathComponent().path }
        for start in folders {
            folder = URL(fileURLWithPath: start)
            while folder.path != "/" {
                let candidate = folder.appendingPathComponent("dirty-worker").path
                var isFolder: ObjCBool = false
                if FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder), !isFolder.boolValue {
                    return candidate
                }
                folder.deleteLastPathComponent()
            }
        }
        fatalError("No dirty-worker above \(folders); build it, or set DIRTY_WORKER_EXECUTABLE.")
    }()
}
