import Testing

@testable import DirtyCommand

@Suite("Keys of a terminal")
struct TerminalKeysTests {
    @Test(
        "a key is its character; one without a character is passed over, whatever follows it",
        arguments: [
            ("qr", "qr"), ("\u{1B}[A", ""), ("\u{1B}[1;5Cl", "l"), ("\u{1B}OPm", "m"), ("\u{1B}xq", "q"),
            ("\u{1B}", ""),
            ("b\u{1B}[", "b"), ("", ""),
        ]
    )
    func characters(typed: String, keys: String) {
        #expect(String(TerminalKeys.characters(in: typed.utf8)) == keys)
    }
}
