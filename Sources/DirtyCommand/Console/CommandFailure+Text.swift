extension CommandFailure {
    /// The lines as they are shown: what failed in red, whether the call ran by how safe a retry is, names of facts faint.
    func text(_ style: TextStyle) -> [String] {
        lines.enumerated().map { index, line in
            // What a plugin printed is part of some lines.
            let line = PrintableText.line(line)
            guard let end = line.firstRange(of: ":")?.lowerBound, !line.hasPrefix(" ") else {
                return index == 0 ? style.alarming(line) : line
            }
            let (name, rest) = (String(line[..<end]), String(line[end...]))
            guard index > 0 else { return style.alarming(name) + rest }
            guard name == "executed" else { return style.faint(name + ":") + rest.dropFirst() }
            let value = rest.dropFirst(2)
            let colour = value == "no" ? style.calm : style.doubtful
            return style.faint("executed:") + " " + colour(String(value))
        }
    }
}
