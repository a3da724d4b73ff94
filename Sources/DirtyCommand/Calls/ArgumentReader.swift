import DirtyWire

/// Reads arguments as they are typed: `-` stands for standard input, `@FILE` for the JSON in a file, the rest for itself.
struct ArgumentReader {
    /// Reads standard input to its end.
    var readInput: () -> Result<[UInt8], FileProblem> = Files.readInput
    /// Reads the file at a path.
    var readFile: (String) -> Result<[UInt8], FileProblem> = Files.read
    private var hasReadInput = false

    init() {}

    /// The argument that `text` stands for.
    mutating func argument(_ text: String) throws(CommandFailure) -> CallArgument {
        if text == "-" { return try input() }
        if text.hasPrefix("@"), text.count > 1 { return try file(String(text.dropFirst())) }
        return CallArgument(text)
    }

    private mutating func input() throws(CommandFailure) -> CallArgument {
        guard !hasReadInput else {
            throw CommandFailure(
                .usage,
                "-: standard input can stand for one argument only; put the others into files, as @FILE"
            )
        }
        hasReadInput = true
        switch readInput() {
        case .failure(let problem):
            throw CommandFailure(.usage, "-: standard input can't be read: \(problem)")
        case .success(let bytes):
            if (try? JSONValue(parsing: bytes)) != nil { return CallArgument(json: bytes) }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw CommandFailure(
                    .usage,
                    "-: standard input is neither JSON nor text in UTF-8; send bytes by --attach /dev/stdin"
                )
            }
            // The line break that ends a text file, or what echo prints, is no part of the text.
            return CallArgument(
                json: JSONValue.string(text.hasSuffix("\n") ? String(text.dropLast()) : text).serialized()
            )
        }
    }

    private func file(_ path: String) throws(CommandFailure) -> CallArgument {
        switch readFile(path) {
        case .failure(let problem):
            throw CommandFailure(
                .usage,
                "@\(path): can't be read: \(problem); a text that begins with @ is written as JSON: '\"@…\"'"
            )
        case .success(let bytes):
            do {
                _ = try JSONValue(parsing: bytes)
                return CallArgument(json: bytes)
            } catch {
                throw CommandFailure(.usage, "@\(path): is not JSON: \(error.message)")
            }
        }
    }
}
