// What a manifest of a C library says: read, checked, and described. No I/O, no libffi, no JSON parser.
//
//   Manifest.swift   start here: the whole manifest, and how it is made of JSON
//   Model/           its parts: libraries, functions, parameters, types, handles, callbacks
//   Reading/         from JSON to the parts, every mistake with its JSON pointer
//   Checking/        what is wrong only in combination, and what no manifest may ask for
//   Describing/      the functions as actions, for `dirty inspect` and `describe`

/// A manifest that makes the functions of C libraries callable.
///
/// One that exists has been checked: its names lead somewhere, and what it asks for can be done.
public struct Manifest: Sendable {
    /// The version of the format, and the value of the member `dirty_ffi`.
    public static let formatVersion: Int64 = 1

    /// The plugin's name where it is inspected; nil to go by the file's.
    public var name: String?
    /// The version of the manifest itself; nil if it says none.
    public var version: String?
    /// What the libraries are for, in a sentence; may be empty.
    public var about: String
    /// Whether every buffer that a function writes to ends at a page that can't be written.
    public var isStrict: Bool
    /// The libraries, by the names that functions use.
    public var libraries: [String: ManifestLibrary]
    /// The structs, by name.
    public var structs: [String: ManifestStruct]
    /// The kinds of handles, by name.
    public var handles: [String: ManifestHandle]
    /// The shapes of callbacks, by name.
    public var callbacks: [String: ManifestCallback]
    /// The functions, in the manifest's order.
    public var functions: [ManifestFunction]

    /// The manifest that `value` says.
    /// - Throws: ``ManifestProblems`` with everything that is wrong.
    public init(_ value: ManifestValue) throws(ManifestProblems) {
        let findings = Findings()
        let manifest = ManifestReader(findings).manifest(Place(value))
        if let manifest, findings.problems.isEmpty {
            ManifestChecker(manifest, findings).check()
        }
        guard let manifest, findings.problems.isEmpty else { throw ManifestProblems(findings.problems) }
        self = manifest
    }

    init(
        name: String?,
        version: String?,
        about: String,
        isStrict: Bool,
        libraries: [String: ManifestLibrary],
        structs: [String: ManifestStruct],
        handles: [String: ManifestHandle],
        callbacks: [String: ManifestCallback],
        functions: [ManifestFunction]
    ) {
        self.name = name
        self.version = version
        self.about = about
        self.isStrict = isStrict
        self.libraries = libraries
        self.structs = structs
        self.handles = handles
        self.callbacks = callbacks
        self.functions = functions
    }

    /// The function whose symbol in `library` is `symbol`, if the manifest describes one.
    public func function(symbol: String, in library: String) -> ManifestFunction? {
        functions.first { $0.symbol == symbol && $0.library == library }
    }
}
