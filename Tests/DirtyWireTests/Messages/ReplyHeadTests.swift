import DirtyWire
import Testing

/// What clients read of replies.
@Suite struct ReplyHeadTests {
    private func head(_ text: String) throws -> RequiredHead {
        let bytes = utf8(text)
        return RequiredHead(bytes: bytes, head: try with(bytes) { b throws(JSONError) in try ReplyHead(scanning: b) })
    }

    private struct RequiredHead {
        var bytes: [UInt8]
        var head: ReplyHead

        func text(_ range: Range<Int>?) -> String? {
            range.map { Array(bytes[$0]).text }
        }
    }

    @Test("members are found in any order, and a null result is a result")
    func members() throws {
        let reply = try head(#"{"result": null , "x":{"type":"end"}, "id":"a", "type":"response"}"#)
        #expect(reply.head.kind == .response)
        #expect(reply.text(reply.head.result) == "null")
        #expect(reply.text(reply.head.id?.range) == "\"a\"")
        #expect(reply.head.error == nil)
    }

    @Test("an id that is null, and members of the wrong kind, count as absent")
    func absent() throws {
        let reply = try head(#"{"type":"error","id":null,"error":[],"attachments":{}}"#)
        #expect(reply.head.kind == .error)
        #expect(reply.head.id == nil)
        #expect(reply.head.error == nil)
        #expect(reply.head.attachments == nil)
    }

    @Test("an unknown type is no kind", arguments: ["free", "request", "", "Response"])
    func unknown(_ type: String) throws {
        #expect(try head("{\"type\":\"\(type)\"}").head.kind == nil)
    }

    @Test("what is not one JSON object is an error")
    func malformed() {
        #expect(throws: JSONError(.notAnObject(.array), at: 0)) { try head("[]") }
        #expect(throws: JSONError(.truncated, at: 1)) { try head("{") }
        #expect(throws: JSONError(.duplicateMember("result"), at: 12)) { try head(#"{"result":1,"result":2}"#) }
    }

    @Test(
        "an attachment is a size or a place in the answer area, and nothing else",
        arguments: [
            #"{"offset":0}"#, #"{"size":1}"#, #"{"offset":0,"size":1,"fd":3}"#, #"{"offset":0,"size":1,"inode":3}"#,
            #"{"offset":70368744177664,"size":1}"#, "-1", "null",
        ]
    )
    func badPlaces(_ place: String) throws {
        let reply = try head("{\"attachments\":[\(place)]}")
        let error = #expect(throws: ProtocolError.self) {
            try with(reply.bytes) { b throws(ProtocolError) in try reply.head.attachmentPlaces(in: b) }
        }
        #expect(error?.fault == .badAttachments)
    }
}
