/// Columns of text, as wide as they need to be.
struct TextTable {
    /// A column's heading, and on which side its text stands.
    struct Column {
        let title: String
        let isNumber: Bool
        /// Where there isn't room for all, columns of higher rank go first; those of rank 0 stay.
        let rank: Int

        static func text(_ title: String, rank: Int = 0) -> Column {
            Column(title: title, isNumber: false, rank: rank)
        }

        static func number(_ title: String, rank: Int = 0) -> Column {
            Column(title: title, isNumber: true, rank: rank)
        }
    }

    private let columns: [Column]
    private var rows: [[String]] = []

    private static let gap = "  "

    init(_ columns: [Column]) {
        self.columns = columns
    }

    /// Adds a row of as many cells as there are columns.
    mutating func add(_ cells: [String]) {
        precondition(cells.count == columns.count, "\(cells.count) cells in \(columns.count) columns")
        rows.append(cells.map(PrintableText.line))
    }

    /// The lines, headings first.
    var lines: [String] {
        lines(of: Array(columns.indices))
    }

    /// The lines, headings first, none longer than `width`: without the columns that matter least, and cut if that is not enough.
    func lines(fitting width: Int) -> [String] {
        var shown = Array(columns.indices)
        while self.width(of: shown) > width, let last = shown.max(by: { columns[$0].rank < columns[$1].rank }),
            columns[last].rank > 0
        {
            shown.removeAll { $0 == last }
        }
        return lines(of: shown).map { $0.cut(to: width) }
    }

    private func lines(of shown: [Int]) -> [String] {
        let widths = shown.map(self.width)
        return ([columns.map(\.title)] + rows).map { row in
            var line = ""
            for (place, column) in shown.enumerated() {
                let cell = row[column]
                let padding = String(repeating: " ", count: widths[place] - cell.count)
                line += (place == 0 ? "" : Self.gap) + (columns[column].isNumber ? padding + cell : cell + padding)
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    private func width(of column: Int) -> Int {
        rows.reduce(columns[column].title.count) { max($0, $1[column].count) }
    }

    private func width(of shown: [Int]) -> Int {
        shown.reduce(Self.gap.count * (shown.count - 1)) { $0 + width(of: $1) }
    }
}

extension String {
    /// The text, or as much of it as leaves room for an ellipsis within `width` characters.
    func cut(to width: Int) -> String {
        count <= width ? self : String(prefix(max(0, width - 1))) + (width > 0 ? "…" : "")
    }
}
