import Testing

@testable import DirtyCommand

@Suite("A command line that is being typed")
struct TypedWordsTests {
    private func words(_ words: String...) -> [String?] {
        let typed = TypedWords(["dirty", "call"] + words)
        return [typed.socket, typed.app, typed.action]
    }

    @Test("app and action are the first words that belong to no option")
    func positional() {
        #expect(words("search", "query", "fox") == [nil, "search", "query"])
        #expect(words("--timeout", "3", "search", "--stream", "--kw", "a=b", "query") == [nil, "search", "query"])
        #expect(words("--timeout=3", "search") == [nil, "search", nil])
        #expect(words("") == [nil, "", nil])
        #expect(words() == [nil, nil, nil])
    }

    @Test("the socket is where the option says, wherever it stands")
    func socket() {
        #expect(words("search", "--socket", "/run/x") == ["/run/x", "search", nil])
        #expect(words("--socket=/run/x", "search") == ["/run/x", "search", nil])
        #expect(words("search", "--socket") == [nil, "search", nil])
    }

    @Test("quotes are taken away as a shell would")
    func quotes() {
        #expect(words(#"'my app'"#, #"my\ action"#) == [nil, "my app", "my action"])
        #expect(words(#""a \" b""#, #"'a\'"#) == [nil, #"a " b"#, #"a\"#])
    }
}
