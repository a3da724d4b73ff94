@testable import DirtyClient
import NIOCore
import Testing

@Suite("Replies from bytes")
struct ReplyDecoderTests {
    private static let stream: [UInt8] = {
        func frame(_ text: String) -> [UInt8] { [0, 0, 0, UInt8(text.utf8.count)] + text.utf8 }
        return frame(#"{"type":"chunk","id":1,"attachments":[2,0],"data":[{"$attachment":0}]}"#) + [8, 9]
            + frame(#"{"id":2,"type":"end"}"#) + frame(#"{"type":"response","id":3,"result":null}"#)
            + frame(#"{"type":"error","id":null,"error":{"error_type":"DirtyProtocolError","message":"m"}}"#)
    }()

    private func replies(_ pieces: [ArraySlice<UInt8>]) throws -> [String] {
        let processor = NIOSingleStepByteToMessageProcessor(ReplyDecoder())
        var replies: [String] = []
        for piece in pieces {
            try processor.process(buffer: ByteBuffer(bytes: piece)) { reply in
                let contents =
                    switch reply.contents {
                    case .response(let result):
                        "response \(String(decoding: result.json, as: UTF8.self)) \(result.attachments)"
                    case .chunk(let result):
                        "chunk \(String(decoding: result.json, as: UTF8.self)) \(result.attachments)"
                    case .end: "end"
                    case .error(let error): "error \(error.type)"
                    }
                replies.append("\(reply.id.map(String.init) ?? "-") \(contents)")
            }
        }
        return replies
    }

    private static let expected = [
        #"1 chunk [{"$attachment":0}] [[8, 9], []]"#, "2 end", "3 response null []", "- error DirtyProtocolError",
    ]

    @Test("all at once, byte by byte, and cut in two anywhere give the same")
    func chunking() throws {
        let bytes = Self.stream
        #expect(try replies([bytes[...]]) == Self.expected)
        #expect(try replies(bytes.indices.map { bytes[$0...$0] }) == Self.expected)
        for cut in bytes.indices {
            #expect(try replies([bytes[..<cut], bytes[cut...]]) == Self.expected, "cut at \(cut)")
        }
    }

    @Test("a length that no frame has is refused before anything is kept")
    func oversize() {
        #expect(throws: DirtyCallError.self) { try replies([[0x40, 0, 0, 0]]) }
    }
}
