/// How text is set off where it is shown: in colours on a terminal, not at all elsewhere.
struct TextStyle: Equatable {
    /// Text as it is.
    static let plain = TextStyle(isColoured: false)
    /// Text in colours.
    static let coloured = TextStyle(isColoured: true)

    let isColoured: Bool

    /// The style for a stream: plain if it isn't a terminal, or `NO_COLOR` is set to anything, or `TERM` is `dumb`.
    static func of(_ stream: StandardStream, environment: [String: String]) -> TextStyle {
        TextStyle(isTerminal: stream.isTerminal, environment: environment)
    }

    init(isColoured: Bool) {
        self.isColoured = isColoured
    }

    init(isTerminal: Bool, environment: [String: String]) {
        isColoured = isTerminal && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
    }

    /// Says what is wrong.
    func alarming(_ text: String) -> String { set("1;31", text) }

    /// Says that nothing is.
    func calm(_ text: String) -> String { set("32", text) }

    /// Wants a second look.
    func doubtful(_ text: String) -> String { set("33", text) }

    /// Stands behind the rest.
    func faint(_ text: String) -> String { set("2", text) }

    /// Heads what follows.
    func strong(_ text: String) -> String { set("1", text) }

    private func set(_ codes: String, _ text: String) -> String {
        isColoured && !text.isEmpty ? "\u{1B}[\(codes)m\(text)\u{1B}[0m" : text
    }
}
