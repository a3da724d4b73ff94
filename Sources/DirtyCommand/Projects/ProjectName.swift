/// What a project is called, and what follows from it.
struct ProjectName: Equatable, Sendable {
    /// As it was given: the project's folder.
    let text: String
    /// In capitals and without dashes, for types and Swift modules: `image-tools` makes `ImageTools`.
    let typeName: String
    /// Small and with underscores, for files and Rust crates: `image-tools` makes `image_tools`.
    let fileName: String

    /// - Throws: ``ProjectProblem`` unless `text` is a letter, then letters, digits, dashes and underscores.
    init(_ text: String) throws(ProjectProblem) {
        guard let first = text.first, first.isASCII, first.isLetter,
            text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
        else {
            throw ProjectProblem(
                "'\(text)' can't be a project's name; take a letter, then letters, digits, dashes and underscores"
            )
        }
        let words = text.split { $0 == "-" || $0 == "_" }
        self.text = text
        typeName = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        fileName = words.map(Self.underscored).joined(separator: "_")
    }

    /// `ImageTools` as `image_tools`.
    private static func underscored(_ word: Substring) -> String {
        var result = ""
        var previous: Character?
        for character in word {
            if character.isUppercase, let previous, !previous.isUppercase { result.append("_") }
            result += character.lowercased()
            previous = character
        }
        return result
    }
}
