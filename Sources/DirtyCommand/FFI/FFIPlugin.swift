import DirtyArbiter
import Glibc

/// Where the plugin is that performs manifests of C libraries.
enum FFIPlugin {
    /// The environment variable that names it.
    static let variable = "DIRTY_FFI_PLUGIN"
    /// Its file's name.
    static let fileName = "libFFI.so"

    /// Finds it: `$DIRTY_FFI_PLUGIN`, else beside our own executable, else in `../lib` and `../lib/dirty`.
    ///
    /// - Throws: ``NotFound`` with every place that was tried.
    static func locate(environment: [String: String] = ProcessEnvironment.variables) throws(NotFound) -> String {
        if let named = environment[variable], !named.isEmpty {
            guard access(named, R_OK) == 0 else {
                throw NotFound(
                    message: "\(variable) names \(named), which can't be read: \(String(cString: strerror(errno)))"
                )
            }
            return named
        }
        let places = folders.map { $0 + "/" + fileName }
        guard let found = places.first(where: { access($0, R_OK) == 0 }) else {
            throw NotFound(
                message:
                    "the FFI plugin isn't there; tried \(places.joined(separator: ", ")). Build it (swift build --product "
                    + "FFI), or set \(variable) to its path"
            )
        }
        return found
    }

    /// Why there is no plugin.
    struct NotFound: Error {
        let message: String
    }

    private static var folders: [String] {
        guard let ours = realpath("/proc/self/exe", nil) else { return [] }
        defer { free(ours) }
        let path = String(cString: ours)
        let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        return [folder, folder + "/../lib", folder + "/../lib/dirty"]
    }
}
