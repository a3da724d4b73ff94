import Testing

@testable import DirtyCommand

@Suite("The nearest key")
struct NearestKeyTests {
    @Test(
        "edits are insertions, deletions, replacements and swaps of neighbours",
        arguments: [
            ("", "", 0), ("a", "", 1), ("", "ab", 2), ("abc", "abc", 0), ("abc", "axc", 1), ("abc", "acb", 1),
            ("abcd", "bacd", 1),
            ("kitten", "sitting", 3), ("ca", "abc", 3),
        ]
    )
    func edits(left: String, right: String, count: Int) {
        #expect(NearestKey.edits(Array(left.utf8), Array(right.utf8)) == count)
        #expect(NearestKey.edits(Array(right.utf8), Array(left.utf8)) == count)
    }

    @Test("a prefix left out counts as one edit")
    func prefix() {
        #expect(NearestKey.of("socket", among: ["dirty_socket", "sock"]) == "dirty_socket")
        #expect(NearestKey.of("socket", among: ["dirty_socket", "socket"]) == "socket")
        #expect(NearestKey.of("x", among: []) == nil)
    }
}
