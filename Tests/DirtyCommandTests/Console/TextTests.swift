import Testing

@testable import DirtyCommand

@Suite("Text for terminals")
struct TextTests {
    @Test("what could move a cursor or change colours is made harmless")
    func printable() {
        #expect(PrintableText.line("Grüße 🦊") == "Grüße 🦊")
        #expect(PrintableText.line("a\u{1B}[31mb\u{7F}\u{9B}c") == "a?[31mb??c")
        #expect(PrintableText.line("a\tb\nc") == "a b c")
    }

    @Test("colours are for terminals that have them, and for people who want them")
    func style() {
        #expect(TextStyle(isTerminal: true, environment: ["TERM": "xterm"]).isColoured)
        #expect(TextStyle(isTerminal: true, environment: ["NO_COLOR": ""]).isColoured)
        #expect(!TextStyle(isTerminal: true, environment: ["NO_COLOR": "0"]).isColoured)
        #expect(!TextStyle(isTerminal: true, environment: ["TERM": "dumb"]).isColoured)
        #expect(!TextStyle(isTerminal: false, environment: ["TERM": "xterm"]).isColoured)
    }

    @Test("without colours a failure is told word for word")
    func plainFailure() {
        let lines = ["DirtyWorkerError: it died: badly", "executed: maybe", "traceback:", "  at: 0x1", "add --stream"]
        #expect(CommandFailure(.failure, lines).text(.plain) == lines)
        #expect(CommandFailure(.failure, "all at once").text(.plain) == ["all at once"])
    }

    @Test("with colours the kind of error stands out, and whether a retry is safe")
    func colouredFailure() {
        let failure = CommandFailure(.failure, ["E: m", "executed: no", "fact: 1", "  more: 2"])
        #expect(
            failure.text(.coloured) == [
                "\u{1B}[1;31mE\u{1B}[0m: m", "\u{1B}[2mexecuted:\u{1B}[0m \u{1B}[32mno\u{1B}[0m",
                "\u{1B}[2mfact:\u{1B}[0m 1", "  more: 2",
            ]
        )
        #expect(CommandFailure(.failure, ["E: m", "executed: maybe"]).text(.coloured)[1].contains("\u{1B}[33mmaybe"))
    }

    @Test("a table drops the columns that matter least until it fits, and cuts what doesn't fit even so")
    func table() {
        var table = TextTable([.text("NAME"), .number("A", rank: 2), .number("B", rank: 1), .text("C", rank: 3)])
        table.add(["fox", "1", "22", "three"])
        #expect(table.lines(fitting: 80) == ["NAME  A   B  C", "fox   1  22  three"])
        #expect(table.lines(fitting: 17) == ["NAME  A   B", "fox   1  22"])
        #expect(table.lines(fitting: 10) == ["NAME   B", "fox   22"])
        #expect(table.lines(fitting: 5) == ["NAME", "fox"])
        #expect(table.lines(fitting: 3) == ["NA…", "fox"])
        #expect(table.lines(fitting: 0) == ["", ""])
    }
}
