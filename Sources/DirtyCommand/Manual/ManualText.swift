/// What a command says of itself at length, as sections of a manual page.
///
/// A line in capitals begins a section, indented lines are shown as they are, and an empty line parts paragraphs.
struct ManualText {
    /// A section with a title, in mdoc(7) source.
    struct Section: Equatable {
        let title: String
        var lines: [String]
    }

    /// What stands before the first section, in mdoc(7) source.
    let introduction: [String]
    let sections: [Section]

    init(_ discussion: String) {
        var introduction: [String] = []
        var sections: [Section] = []
        var block: [Substring] = []
        func endBlock() {
            guard let first = block.first else { return }
            let isLiteral = first.hasPrefix(" ")
            let source =
                isLiteral
                ? [".Bd -literal"] + block.map { Mdoc.line(String($0)) } + [".Ed"]
                : block.flatMap { Mdoc.paragraph(String($0)) }
            block = []
            if sections.isEmpty {
                introduction += introduction.isEmpty || isLiteral ? source : [".Pp"] + source
            } else {
                let needsParagraph = !sections[sections.count - 1].lines.isEmpty && !isLiteral
                sections[sections.count - 1].lines += needsParagraph ? [".Pp"] + source : source
            }
        }
        for line in discussion.split(separator: "\n", omittingEmptySubsequences: false) {
            if Self.isTitle(line) {
                endBlock()
                sections.append(Section(title: String(line), lines: []))
            } else if line.isEmpty {
                endBlock()
            } else {
                if let last = block.last, last.hasPrefix(" ") != line.hasPrefix(" ") { endBlock() }
                block.append(line)
            }
        }
        endBlock()
        self.introduction = introduction
        self.sections = sections
    }

    private static func isTitle(_ line: Substring) -> Bool {
        !line.isEmpty && line.allSatisfy { $0 == " " || ("A"..."Z").contains($0) } && !line.hasPrefix(" ")
    }
}
