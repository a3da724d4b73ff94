import DirtyWire

/// A new plugin's project: one of the examples under `docs/examples/plugins`, under another name and on its own feet.
struct Project: Equatable, Sendable {
    let name: ProjectName
    let language: ProjectLanguage
    let files: [ProjectFile]

    /// - Parameter kit: Where a project in Swift gets DirtyKit from; other languages need none.
    /// - Throws: ``ProjectProblem`` if the name is one that the project's code has a meaning for.
    init(_ name: ProjectName, _ language: ProjectLanguage, kit: KitSource?) throws(ProjectProblem) {
        self.name = name
        self.language = language
        let examples = SDKFile.files(of: .example(language))
        let sdk = SDKFile.files(of: .sdk).filter { language.sdkFiles.contains($0.path) }
        guard !Self.reservedWords.union(Self.words(of: examples + sdk)).contains(name.typeName) else {
            throw ProjectProblem("'\(name.text)' means something in the project's code already; choose another name")
        }
        let edits = Self.edits(name, kit)
        files =
            examples.map { ProjectFile(path: Self.apply(edits, to: $0.path), text: Self.apply(edits, to: $0.text)) }
            + sdk.map { ProjectFile(path: "\(Self.sdkFolder)/\($0.path)", text: $0.text) }
    }

    /// Where a project has its copy of the SDK's files.
    private static let sdkFolder = "sdk"

    /// What the examples are called.
    private static let exampleName = (type: "Sample", file: "sample")

    /// Names that a type or a module can't have in one language or another.
    private static let reservedWords: Set = ["Any", "Foundation", "Glibc", "Protocol", "Self", "Swift", "Type", "FILE"]

    /// What makes an example a project: paths out of the example's folder, and its name.
    private static func edits(_ name: ProjectName, _ kit: KitSource?) -> [(old: String, new: String)] {
        let kitEdits = kit.map { kit in
            [
                (#".package(name: "dirty-host", path: "../../../..")"#, kit.dependency(version: DirtyVersion.current)),
                (#"package: "dirty-host""#, "package: \"\(kit.packageName)\""),
            ]
        }
        return (kitEdits ?? []) + [
            ("../../../../Sources/CDirtyApp/include", sdkFolder), ("sh ../test.sh", "sh test.sh"),
            (exampleName.type, name.typeName), (exampleName.file, name.fileName),
        ]
    }

    /// Makes all edits at once: what one has put there is nothing to another.
    private static func apply(_ edits: [(old: String, new: String)], to text: String) -> String {
        // Characters of Unicode's private use stand for the places meanwhile.
        let marked = edits.enumerated().map { (mark: String(UnicodeScalar(0xE000 + UInt16($0))!), edit: $1) }
        let cut = marked.reduce(text) { $0.replacing($1.edit.old, with: $1.mark) }
        return marked.reduce(cut) { $0.replacing($1.mark, with: $1.edit.new) }
    }

    /// The words of the code in files, comments and texts left out.
    private static func words(of files: [SDKFile]) -> Set<String> {
        let lines = files.filter { $0.path != "README.md" }.flatMap { $0.text.split(separator: "\n") }
        let code = lines.filter { line in
            let start = line.drop { $0 == " " }
            return !["//", "/*", "*", "# "].contains { start.hasPrefix($0) }
        }
        let words = code.flatMap { line in
            // Between quotes is every other piece.
            line.split(separator: "\"", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 0 }
                .flatMap { $0.element.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init) }
        }
        return Set(words).subtracting([exampleName.type])
    }
}
