/// One thing an operator can set, in the file, the environment or by a flag.
struct Setting: Sendable {
    /// Its name in the file.
    let key: String
    /// Its name in the environment.
    let environment: String
    /// Whether it takes several values.
    let isList: Bool
    /// Puts the value written as `texts`, one text unless it is a list, into `settings`.
    let apply: @Sendable (_ texts: [String], _ settings: inout ServeSettings) throws(SettingProblem) -> Void

    /// Its flag on the command line, other than the short ones the commands add.
    var flag: String {
        "--" + key.map { $0 == "_" ? "-" : String($0) }.joined()
    }

    /// A setting of one value.
    init(
        _ key: String,
        environment: String? = nil,
        apply: @escaping @Sendable (_ text: String, _ settings: inout ServeSettings) throws(SettingProblem) -> Void
    ) {
        self.key = key
        self.environment = environment ?? key.uppercased()
        isList = false
        self.apply = { texts, settings throws(SettingProblem) in
            try apply(texts.first ?? "", &settings)
        }
    }

    /// A setting of several values; in environment and flag they are separated by commas.
    init(
        list key: String,
        apply: @escaping @Sendable (_ texts: [String], _ settings: inout ServeSettings) throws(SettingProblem) -> Void
    ) {
        self.key = key
        environment = key.uppercased()
        isList = true
        self.apply = apply
    }

    /// The texts of a value written in one piece, as environment and flags have it.
    func texts(of text: String) -> [String] {
        guard isList else { return [text] }
        return text.split(separator: ",").map { part in
            var part = part.drop { $0 == " " }
            while part.last == " " { part.removeLast() }
            return String(part)
        }
    }
}
