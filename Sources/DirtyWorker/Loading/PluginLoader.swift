import CDirtyApp
import Glibc

/// Loads shared libraries and finds their tables.
///
/// What it loads is never unloaded.
enum PluginLoader {
    /// Loads `image` and returns its table, checked; `open` isn't called.
    ///
    /// Failures name `path`.
    ///
    /// Runs the library's initialisers and its entry point, on the calling thread.
    static func load(image: String, path: String) throws(LoadFailure) -> PluginTable {
        try checkExports(of: ELFFile(image: image, path: path), path: path)
        // A bare file name would be searched for along the library path.
        let file = image.utf8.contains(UInt8(ascii: "/")) ? image : "./" + image
        guard let handle = dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE) else {
            throw linkerFailure(image: file, path: path)
        }
        guard let symbol = dlsym(handle, "dirty_app_v1") else {
            throw noSymbol(path)
        }
        let entry = unsafeBitCast(symbol, to: (@convention(c) () -> UnsafePointer<DirtyApp>?).self)
        return try PluginTable(copying: entry(), path: path)
    }

    private static func checkExports(of file: ELFFile, path: String) throws(LoadFailure) {
        if file.exports.contains("dirty_app_v1") { return }
        let others = file.exports.filter { name in
            name.hasPrefix("dirty_app_v") && name.utf8.count > 11
                && name.utf8.dropFirst(11).allSatisfy { 0x30...0x39 ~= $0 }
        }
        guard others.isEmpty else {
            throw LoadFailure(
                .wrongMajor,
                "\(path): the plugin exports \(others.sorted().joined(separator: ", ")), and this host needs dirty_app_v1: "
                    + "they speak different major versions of the plugin ABI; use a plugin built for major \(DIRTY_ABI_MAJOR)"
            )
        }
        throw noSymbol(path)
    }

    private static func noSymbol(_ path: String) -> LoadFailure {
        LoadFailure(
            .noSymbol,
            "\(path): exports no function dirty_app_v1, so it is no Dirty Host plugin; define it with C linkage and "
                + "DIRTY_EXPORT (see dirty_app.h)"
        )
    }

    /// What the dynamic linker's complaint means.
    private static func linkerFailure(image: String, path: String) -> LoadFailure {
        let complaint = dlerror().map { String(cString: $0) } ?? "no reason given"
        if let library = part(of: complaint, before: ": cannot open shared object file"), library != image {
            return LoadFailure(
                .missingDependency,
                "\(path): needs the library \(library), which isn't found; install it, or put it beside the plugin and link "
                    + "that with -Wl,-rpath,'$ORIGIN'"
            )
        }
        let ownComplaint = complaint.hasPrefix(image + ": ") ? String(complaint.dropFirst(image.count + 2)) : complaint
        if let symbol = part(of: complaint, after: "undefined symbol: ") {
            return LoadFailure(
                .unresolvedSymbol,
                "\(path): needs the symbol \(symbol), which no library it is linked with defines; link it with the one that does"
            )
        }
        return LoadFailure(.linkerRefused, "\(path): the dynamic linker can't load it: \(ownComplaint)")
    }

    private static func part(of text: String, before marker: String) -> String? {
        guard let start = position(of: marker, in: text) else { return nil }
        return String(text[..<start])
    }

    private static func part(of text: String, after marker: String) -> String? {
        guard let start = position(of: marker, in: text) else { return nil }
        return String(text[start...].dropFirst(marker.count))
    }

    private static func position(of marker: String, in text: String) -> String.Index? {
        text.indices.first { text[$0...].hasPrefix(marker) }
    }
}
