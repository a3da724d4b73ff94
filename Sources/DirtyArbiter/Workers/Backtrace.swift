import CDirtyLink
import Glibc

/// The text of a backtrace as a worker writes it: a frame a line, `#0 0x00007f… SYMBOL + 12 (libX.so + 0x1234)`.
enum Backtrace {
    /// Symbols longer than this stay as they are.
    private static let symbolBytes = 4096

    /// `text` with Swift's symbols as they are in the source.
    static func readable(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
        return text.split(separator: "\n", omittingEmptySubsequences: false).map(readableFrame).joined(separator: "\n")
    }

    private static func readableFrame(_ line: Substring) -> String {
        var words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
        guard words.count >= 3, let name = demangled(words[2]) else { return String(line) }
        words[2] = name[...]
        return words.joined(separator: " ")
    }

    private static func demangled(_ symbol: Substring) -> String? {
        guard symbol.hasPrefix("$s") || symbol.hasPrefix("$S"), symbol.utf8.count <= symbolBytes else { return nil }
        let name = String(symbol)
        guard let text = dirty_demangle(name, name.utf8.count) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }
}
