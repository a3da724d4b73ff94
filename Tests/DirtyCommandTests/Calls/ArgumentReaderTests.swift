import Testing

@testable import DirtyCommand

@Suite("Arguments from elsewhere")
struct ArgumentReaderTests {
    private func reader(input: String = "", files: [String: String] = [:]) -> ArgumentReader {
        reader(input: Array(input.utf8), files: files)
    }

    private func reader(input: [UInt8], files: [String: String] = [:]) -> ArgumentReader {
        var reader = ArgumentReader()
        reader.readInput = { .success(input) }
        reader.readFile = { path in files[path].map { .success(Array($0.utf8)) } ?? .failure(FileProblem(2)) }
        return reader
    }

    @Test(
        "- is standard input: JSON if it parses, else a string without its last line break",
        arguments: [("[1, 2]\n", "[1, 2]\n"), ("hello\n", "\"hello\""), ("a\nb\n\n", #""a\nb\n""#), ("", "\"\"")]
    )
    func input(text: String, json: String) throws {
        var reader = reader(input: text)
        #expect(try String(decoding: reader.argument("-").json, as: UTF8.self) == json)
    }

    @Test("standard input can stand for one argument only")
    func twice() throws {
        var reader = reader(input: "1")
        _ = try reader.argument("-")
        let failure = #expect(throws: CommandFailure.self) { try reader.argument("-") }
        #expect(failure?.status == .usage)
        #expect(failure?.lines.first?.hasPrefix("-: standard input can stand for one argument only") == true)
    }

    @Test("standard input that is no text is refused, with what to do instead")
    func bytes() throws {
        var reader = reader(input: [0xFF, 0xFE])
        let failure = #expect(throws: CommandFailure.self) { try reader.argument("-") }
        #expect(
            failure?.lines == ["-: standard input is neither JSON nor text in UTF-8; send bytes by --attach /dev/stdin"]
        )
    }

    @Test("@FILE is the JSON in a file")
    func file() throws {
        var reader = reader(files: ["/a.json": "{\"a\": 1}\n"])
        #expect(try reader.argument("@/a.json").json == Array("{\"a\": 1}\n".utf8))
    }

    @Test("a file that isn't there or isn't JSON is refused, naming it")
    func wrongFile() throws {
        var reader = reader(files: ["text": "hello"])
        let missing = #expect(throws: CommandFailure.self) { try reader.argument("@alice") }
        #expect(
            missing?.lines == [
                "@alice: can't be read: No such file or directory; a text that begins with @ is written as JSON: '\"@…\"'"
            ]
        )
        let text = #expect(throws: CommandFailure.self) { try reader.argument("@text") }
        #expect(text?.lines.first?.hasPrefix("@text: is not JSON: ") == true)
    }
}
