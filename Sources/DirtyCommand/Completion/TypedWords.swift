/// A command line of `dirty` that is still being typed, as far as completion must understand it.
struct TypedWords: Equatable {
    /// The socket that it names.
    private(set) var socket: String?
    /// The app that it names.
    private(set) var app: String?
    /// The action that it names.
    private(set) var action: String?

    /// Options whose value is a word of its own.
    private static let withValue: Set = [
        "--kw", "--timeout", "--attach", "--output", "--connections", "--requests", "--duration", "--depth", "--warmup",
    ]

    /// Reads the words of a command line, `dirty` first, quoted as they were typed.
    init(_ words: [String]) {
        // `dirty` and the subcommand.
        var rest = words.dropFirst(2).map(Self.unquoted)[...]
        var names: [String] = []
        while let word = rest.popFirst() {
            if word == "--socket" {
                socket = rest.popFirst()
            } else if word.hasPrefix("--socket=") {
                socket = String(word.dropFirst("--socket=".count))
            } else if Self.withValue.contains(word) {
                _ = rest.popFirst()
            } else if !word.hasPrefix("-") {
                names.append(word)
            }
        }
        app = names.first
        action = names.dropFirst().first
    }

    /// A word without the quotes and backslashes that a shell would take away.
    private static func unquoted(_ word: String) -> String {
        var text = ""
        var quote: Character?
        var isEscaped = false
        for character in word {
            if isEscaped {
                text.append(character)
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
            } else if character == quote {
                quote = nil
            } else if quote == nil, character == "'" || character == "\"" {
                quote = character
            } else {
                text.append(character)
            }
        }
        return text
    }
}
