import Glibc

/// A folder of text files that is gone when the test is.
final class Folder {
    /// Its real path.
    let path: String

    init() {
        var template = Array("/tmp/text-search-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { fatalError("no temporary folder: \(String(cString: strerror(errno)))") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Self.remove(path) }

    /// The path of a file in it.
    func path(_ name: String) -> String { path + "/" + name }

    /// Writes a file, and the folders it is in.
    @discardableResult
    func write(_ name: String, _ text: String) -> String { write(name, Array(text.utf8)) }

    /// Writes a file, and the folders it is in.
    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) -> String {
        let parts = name.split(separator: "/")
        for count in 1..<max(parts.count, 1) { mkdir(path(parts[..<count].joined(separator: "/")), 0o700) }
        let file = fopen(path(name), "we")
        guard let file, fwrite(bytes, 1, bytes.count, file) == bytes.count, fclose(file) == 0 else {
            fatalError("can't write \(name): \(String(cString: strerror(errno)))")
        }
        return path(name)
    }

    /// Deletes a file.
    func delete(_ name: String) { unlink(path(name)) }

    private static func remove(_ path: String) {
        if unlink(path) == 0 { return }
        if let stream = opendir(path) {
            while let entry = readdir(stream) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name != ".", name != ".." { remove(path + "/" + name) }
            }
            closedir(stream)
        }
        rmdir(path)
    }
}
