import ArgumentParser
import DirtyWire
import Foundation
import TestSupport
import Testing

@testable import DirtyCommand

@Suite("Manual pages")
struct ManualPageTests {
    @Test("text is text, whatever it looks like")
    func escaping() {
        #expect(Mdoc.text(#"a-b \ "c" …"#) == #"a\-b \e \(dqc\(dq \[u2026]"#)
        #expect(Mdoc.line(".Sh not a macro") == "\\&.Sh not a macro")
        #expect(Mdoc.line("'quoted'") == "\\&'quoted'")
        #expect(Mdoc.paragraph("One. Two.") == ["One.", "Two."])
    }

    @Test("capitals begin a section, indented lines stay as they are")
    func discussion() {
        let text = ManualText("First.\n\nSecond.\n\nEXAMPLES\n  dirty a\n  dirty b\n\nEXIT CODES\n  0 done")
        #expect(text.introduction == ["First.", ".Pp", "Second."])
        #expect(
            text.sections == [
                .init(title: "EXAMPLES", lines: [".Bd -literal", "  dirty a", "  dirty b", ".Ed"]),
                .init(title: "EXIT CODES", lines: [".Bd -literal", "  0 done", ".Ed"]),
            ]
        )
        #expect(ManualText("").introduction.isEmpty)
    }

    @Test("there is a page for the program and for each command that help lists")
    func pages() throws {
        let pages = ManualPage.all(of: try JSONValue(parsing: Dirty._dumpHelp()), date: "May 1, 2026")
        let names = pages.map(\.name)
        #expect(names.first == "dirty")
        #expect(names.contains("dirty-serve"))
        #expect(!names.contains("dirty-man") && !names.contains("dirty-help"))
        let call = try #require(pages.first { $0.name == "dirty-call" }).text
        #expect(
            call.hasPrefix(".Dd May 1, 2026\n.Dt DIRTY\\-CALL 1\n.Os\n.Sh NAME\n.Nm dirty\\-call\n.Nd Calls an action")
        )
        #expect(call.contains("\n.Ar app\n.Ar action\n.Op Ar arg ...\n.Op Fl \\-kw Ar name=value ...\n"))
        #expect(call.contains("\n.It Fl \\-timeout Ar s\nHow long"))
        #expect(call.contains("\n.Sh EXAMPLES\n.Bd -literal\n  dirty call Echo echo hello\n"))
    }

    @Test("they are written into a directory, and mandoc finds nothing wrong with them")
    func program() throws {
        let folder = try TemporaryFolder()
        let dirty = try Products.path("dirty")
        #expect(
            try Program.run(dirty, ["man", folder.path], environment: ["SOURCE_DATE_EPOCH": "0"]).status == .exited(0)
        )
        let page = try String(contentsOfFile: folder.path + "/dirty-call.1", encoding: .utf8)
        #expect(page.hasPrefix(".Dd January 1, 1970\n"))
        let missing = try Program.run(dirty, ["man", folder.path + "/none"])
        #expect(missing.status == .exited(2))
        #expect(missing.errors == "\(folder.path)/none is no directory; make it first: mkdir -p \(folder.path)/none\n")
        guard try Program.run("/bin/sh", ["-c", "command -v mandoc"]).status == .exited(0) else { return }
        let lint = try Program.run("/bin/sh", ["-c", "mandoc -Tlint -W warning *.1"], folder: folder.path)
        #expect(lint.output.isEmpty)
        #expect(lint.status == .exited(0))
    }
}
