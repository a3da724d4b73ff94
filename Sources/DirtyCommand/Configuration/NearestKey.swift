/// Finds what somebody meant who wrote something else.
enum NearestKey {
    /// The one of `keys` that takes the fewest edits to make from `text`; a prefix they share need not be written.
    static func of(_ text: String, among keys: [String]) -> String? {
        keys.min { distance(text, $0) < distance(text, $1) }
    }

    private static func distance(_ text: String, _ key: String) -> Int {
        let prefix = "dirty_"
        let whole = edits(Array(text.lowercased().utf8), Array(key.utf8))
        guard key.hasPrefix(prefix), !text.hasPrefix(prefix) else { return whole }
        // One more than the edits themselves: leaving the prefix out is a mistake too.
        return min(whole, 1 + edits(Array(text.lowercased().utf8), Array(key.utf8.dropFirst(prefix.utf8.count))))
    }

    /// Insertions, deletions, replacements and swaps of neighbours that make `right` of `left`.
    static func edits(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1] + [Int](repeating: 0, count: right.count)
            for column in 0..<right.count {
                let replaced = last[column] + (left[row] == right[column] ? 0 : 1)
                current[column + 1] = min(replaced, last[column + 1] + 1, current[column] + 1)
                let isSwap =
                    row > 0 && column > 0 && left[row] == right[column - 1] && left[row - 1] == right[column]
                if isSwap { current[column + 1] = min(current[column + 1], beforeLast[column - 1] + 1) }
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
