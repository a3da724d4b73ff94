/// Text from elsewhere, made fit for a terminal.
enum PrintableText {
    /// `text` on one line, with `?` for whatever could move a terminal's cursor or change how it shows what follows.
    static func line(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n", "\t", "\r": line.append(" ")
            case _ where isControl(scalar): line.append("?")
            default: line.append(scalar)
            }
        }
        return String(line)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
    }
}
