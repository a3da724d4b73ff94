import Testing

@testable import DirtyCommand

@Suite("JSON on one line")
struct JSONLineTests {
    @Test(
        "white space goes, but not from strings",
        arguments: [
            ("1", "1"), (" [ 1 ,\n\t2 ]\r\n", "[1,2]"),
            (#"{ "a b" : "c \" d\\" , "e":" " }"#, #"{"a b":"c \" d\\","e":" "}"#),
            (#""é \n ""#, #""é \n ""#),
        ]
    )
    func compact(json: String, line: String) {
        #expect(String(decoding: JSONLine.compact(Array(json.utf8)), as: UTF8.self) == line)
    }
}
