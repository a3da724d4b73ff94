/// Puts plain text into mdoc(7) source.
enum Mdoc {
    /// Text within a line of its own or of a macro: nothing in it is taken for markup.
    static func text(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "\\": escaped += "\\e"
            case "-": escaped += "\\-"
            case "\"": escaped += "\\(dq"
            case "\n": escaped += " "
            case _ where character.isASCII: escaped.append(character)
            // By number, whatever encoding the reader's terminal has.
            default: escaped += character.unicodeScalars.map { "\\[u\(hexadecimal($0))]" }.joined()
            }
        }
        return escaped
    }

    /// A paragraph of running text: each sentence on a line of its own, as mdoc(7) asks for.
    static func paragraph(_ text: String) -> [String] {
        var sentences: [String] = []
        var rest = text[...]
        while let end = rest.firstRange(of: ". "), !end.isEmpty {
            sentences.append(String(rest[..<end.lowerBound]) + ".")
            rest = rest[end.upperBound...]
        }
        return (sentences + [String(rest)]).map(line)
    }

    private static func hexadecimal(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// A line of text that no macro precedes.
    static func line(_ text: String) -> String {
        let line = Self.text(text)
        return line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" + line : line
    }
}
