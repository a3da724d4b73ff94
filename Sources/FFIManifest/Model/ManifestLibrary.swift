/// A shared library that functions come from.
public struct ManifestLibrary: Sendable {
    /// What the dynamic linker is asked for: a soname, which it searches for, or a path with a slash in it.
    public var file: String
    /// The SHA-256 that the file must have, in lower-case hexadecimal; nil for any.
    public var sha256: String?
    /// The only symbols that may be used; nil for any.
    public var symbolsOnly: Set<String>?
    /// The C headers that declare its functions, for `dirty ffi verify`: `zlib.h`.
    public var headers: [String]
    /// Folders to look for them in, besides the compiler's own.
    public var includeDirectories: [String]
    /// Macros to define before they are included: `_GNU_SOURCE`, `NAME=VALUE`.
    public var defines: [String]
}
