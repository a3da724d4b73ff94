import CLibFFI
import DirtyKit
import FFIManifest
import Glibc

/// The libraries of a manifest, loaded for the process's life.
struct Libraries {
    /// What the operator may want to see in the log: the file that each name led to.
    let facts: [String: String]
    private let loaded: [String: UnsafeMutableRawPointer]
    private let files: [String: String]

    /// Loads the libraries of `manifest`.
    /// - Throws: ``AppError`` that names the library, and why it can't be used.
    init(_ manifest: Manifest) throws {
        var loaded: [String: UnsafeMutableRawPointer] = [:]
        var files: [String: String] = [:]
        for (name, library) in manifest.libraries.sorted(by: { $0.key < $1.key }) {
            // A file that is named is looked at before its constructors run.
            if library.file.contains("/") { try Self.check(library, file: library.file, name) }
            var problem: UnsafePointer<CChar>?
            guard let handle = dirty_ffi_library(library.file, &problem) else {
                let reason = problem.map { String(cString: $0) } ?? "no reason given"
                throw AppError(
                    .notFound,
                    "/libraries/\(name): the library \(library.file) can't be loaded: \(reason); install it, or correct the "
                        + "manifest"
                )
            }
            loaded[name] = handle
            files[name] = dirty_ffi_library_path(handle).map { String(cString: $0) } ?? library.file
            if !library.file.contains("/") { try Self.check(library, file: files[name] ?? library.file, name) }
        }
        self.loaded = loaded
        self.files = files
        facts = files
    }

    /// The address of a function.
    /// - Parameter pointer: The place in the manifest that names it.
    func address(of symbol: String, in library: String, at pointer: String) throws -> UnsafeMutableRawPointer {
        if let handle = loaded[library], let address = dirty_ffi_symbol(handle, symbol) { return address }
        throw AppError(
            .notFound,
            "\(pointer): the library \(files[library] ?? library) has no function \(symbol)"
        )
    }

    /// Holds the file against its pin, if there is one.
    private static func check(_ library: ManifestLibrary, file: String, _ name: String) throws {
        guard let pin = library.sha256 else { return }
        let hash = try hash(of: file)
        guard hash == pin else {
            throw AppError(
                .invalid,
                code: "pin_broken",
                "/libraries/\(name)/sha256: the library \(file) has the SHA-256 \(hash), not \(pin); if it was updated on "
                    + "purpose, write the new one into the manifest"
            )
        }
    }

    /// The SHA-256 of a file.
    private static func hash(of file: String) throws -> String {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw AppError(.notFound, "the library \(file) can't be read: \(String(cString: strerror(errno)))")
        }
        defer { Glibc.close(descriptor) }
        var hash = SHA256()
        var piece = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw AppError(.internal, "the library \(file) can't be read: \(String(cString: strerror(errno)))")
            }
            if count == 0 { return hash.hexadecimal }
            piece.withUnsafeBytes { hash.add(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
    }
}
