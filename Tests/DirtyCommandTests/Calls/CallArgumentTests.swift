import ArgumentParser
import DirtyClient
import Testing

@testable import DirtyCommand

@Suite("Arguments of dirty call")
struct CallArgumentTests {
    private func call(_ arguments: String...) throws -> (args: String, kwargs: String) {
        guard let command = try Dirty.parseAsRoot(["call", "app", "action"] + arguments) as? CallCommand else {
            throw CommandFailure(.usage, "no call")
        }
        let call = try command.makeCall()
        return (String(decoding: call.arguments, as: UTF8.self), String(decoding: call.keywords, as: UTF8.self))
    }

    @Test(
        "an argument is JSON if it parses, else a string",
        arguments: [
            ("5", "[5]"), ("-5", "[-5]"), ("-0.5e3", "[-0.5e3]"), ("true", "[true]"), ("null", "[null]"),
            ("fox", #"["fox"]"#),
            (#""fox""#, #"["fox"]"#), ("[1, 2]", "[[1, 2]]"), (#"{"a":1}"#, #"[{"a":1}]"#), ("007", #"["007"]"#),
            ("", #"[""]"#),
            ("1.", #"["1."]"#), ("{a:1}", #"["{a:1}"]"#), ("NaN", #"["NaN"]"#),
            ("Grüße \"x\"\n", #"["Grüße \"x\"\n"]"#), (#""-""#, #"["-"]"#), (#""@x""#, #"["@x"]"#), ("@", #"["@"]"#),
            ("123456789012345678901234567890", "[123456789012345678901234567890]"),
        ]
    )
    func positional(argument: String, args: String) throws {
        #expect(try call(argument).args == args)
    }

    @Test("arguments by name are split at the first '='")
    func keywords() throws {
        let call = try call("x", "--kw", "a=1", "--kw", "b=x=y", "--kw", "c=", "y")
        #expect(call.args == #"["x","y"]"#)
        #expect(call.kwargs == #"{"a":1,"b":"x=y","c":""}"#)
    }

    @Test("after -- an argument may begin with a dash")
    func terminator() throws {
        #expect(try call("-1", "--", "--timeout", "-x").args == #"[-1,"--timeout","-x"]"#)
        #expect(try call("--", "--").args == #"["--"]"#)
        #expect(try call("--", "-", "@x").args == #"["-","@x"]"#)
    }

    @Test("a dash before what is no number is taken for an option's mistake")
    func unknownOption() throws {
        #expect(
            try refusal("call", "a", "b", "--timeot", "3").contains(
                "Unknown option '--timeot'. If it is an argument, put -- before it."
            )
        )
        #expect(
            try refusal("call", "a", "b", "--timeout", "0").contains(
                "--timeout: '0.0' is not a number of seconds above 0."
            )
        )
        #expect(
            try refusal("call", "a", "b", "--kw", "novalue").contains("'novalue' is invalid for '--kw <name=value>'")
        )
        #expect(try refusal("call", "a").contains("Missing expected argument '<action>'"))
    }

    @Test("a name given twice is refused")
    func twice() throws {
        let failure = #expect(throws: CommandFailure.self) { try call("--kw", "a=1", "--kw", "a=2") }
        #expect(failure?.status == .usage)
        #expect(failure?.lines == ["--kw: a is given twice"])
    }

    @Test("attached files become the last arguments, unless an argument names them")
    func attachments() throws {
        let folder = try Folder()
        try folder.write([1, 2], to: "a")
        try folder.write([3], to: "b")
        #expect(
            try call("x", "--attach", "\(folder.path)/a", "--attach", "\(folder.path)/b").args
                == #"["x",{"$attachment":0},{"$attachment":1}]"#
        )
        #expect(try call(#"[{"$attachment":0}]"#, "--attach", "\(folder.path)/a").args == #"[[{"$attachment":0}]]"#)
        let named = try call("--kw", #"pic={"x":{"$attachment":0}}"#, "--attach", "\(folder.path)/a")
        #expect(named.args == "[]")
        let command = try parse(
            CallCommand.self,
            "call",
            "a",
            "b",
            "--attach",
            "\(folder.path)/a",
            "--attach",
            "\(folder.path)/b"
        )
        #expect(try command.makeCall().attachments == [[1, 2], [3]])
    }

    @Test("bytes in the answer are asked for only with somewhere to put them")
    func acceptance() throws {
        #expect(try !parse(CallCommand.self, "call", "a", "b").makeCall().acceptsAttachments)
        #expect(try parse(CallCommand.self, "call", "a", "b", "--output", "/x").makeCall().acceptsAttachments)
    }

    @Test("the timeout is in seconds")
    func timeout() throws {
        #expect(
            try parse(CallCommand.self, "call", "a", "b", "--timeout", "1.5").makeCall().timeout == .milliseconds(1500)
        )
        #expect(try parse(CallCommand.self, "call", "a", "b").makeCall().timeout == nil)
    }
}
