import DirtyWire
import Testing

/// Frames in JSON form.
@Suite struct JSONFrameTests {
    private func json(of frame: [UInt8]) throws -> JSONValue {
        #expect(with(frame) { JSONFrame.decodeLength($0) } == frame.count - JSONFrame.headerBytes)
        return try JSONValue(parsing: Array(frame.dropFirst(JSONFrame.headerBytes)))
    }

    private func reply(_ kind: ReplyKind, id: String, body: String = "") -> [UInt8] {
        JSONFrame.reply(kind, id: id, body: body)
    }

    @Test("the length comes first, big-endian")
    func encode() {
        #expect(JSONFrame.encode(["a": 1]) == Array(hex: "00 00 00 07") + utf8(#"{"a":1}"#))
        #expect(with(Array(hex: "01 02 03 04 FF")) { JSONFrame.decodeLength($0) } == 0x01020304)
    }

    @Test("replies are framed around their body, the id as it came")
    func replies() {
        #expect(
            reply(.response, id: "\"a\\u0062\"", body: "[1]")
                == Array(hex: "00 00 00 2F") + utf8(#"{"type":"response","id":"a\u0062","result":[1]}"#)
        )
        #expect(
            reply(.chunk, id: "7", body: "\"t\"").dropFirst(4).elementsEqual(
                utf8(#"{"type":"chunk","id":7,"data":"t"}"#)
            )
        )
        #expect(reply(.end, id: "-7").dropFirst(4).elementsEqual(utf8(#"{"type":"end","id":-7}"#)))
        #expect(
            reply(.error, id: "", body: "{}").dropFirst(4).elementsEqual(
                utf8(#"{"type":"error","id":null,"error":{}}"#)
            )
        )
    }

    @Test(
        "every framed reply is valid, its length right, and read back by ReplyHead",
        arguments: 0..<60 as Range<UInt64>
    )
    func roundTrip(seed: UInt64) throws {
        var generator = RandomJSON(seed: seed)
        let body = generator.value(depth: 2)
        let id = JSONValue.string(generator.string())
        for kind in [ReplyKind.response, .chunk, .end, .error] {
            let content: JSONValue? = kind == .end ? nil : kind == .error ? ["e": body] : body
            let frame = reply(kind, id: id.description, body: content?.description ?? "")
            #expect(try json(of: frame)["id"] == id)
            let message = Array(frame.dropFirst(4))
            let head = try with(message) { bytes throws(JSONError) in try ReplyHead(scanning: bytes) }
            #expect(head.kind == kind)
            #expect(head.id.map { Array(message[$0.range]).text } == id.description)
            let range = kind == .response ? head.result : kind == .chunk ? head.data : head.error
            #expect(range.map { Array(message[$0]).text } == content?.description)
            #expect(head.attachments == nil)
        }
    }

    @Test("an opening has the size that was foretold, and lists the attachments")
    func openings() throws {
        let area = AttachmentPlace.area(offset: 1_048_640, size: 9)
        for places in [
            [], [.inline(0)], [.inline(9), .inline(10)], [.inline(99), .inline(100), .inline(12_345_678_901)],
            Array(repeating: .inline(7), count: 300), [area],
            [.inline(1), .area(offset: 0, size: 0), area, .inline(20)],
        ] as [[AttachmentPlace]] {
            for kind in [ReplyKind.response, .chunk, .error] {
                let body = kind == .error ? "{  }" : "null"
                let frame = JSONFrame.reply(kind, id: "\"x\"", body: body, attachments: places)
                let opening = JSONFrame.openingBytes(of: kind, idBytes: 3, attachments: places)
                #expect(frame.count == opening + body.utf8.count + JSONFrame.closing.count)
                let told = places.map { place -> JSONValue in
                    guard case .area(let offset, let size) = place else { return JSONValue(place.size) }
                    return ["offset": JSONValue(offset), "size": JSONValue(size)]
                }
                #expect(try json(of: frame)["attachments"]?.arrayValue ?? [] == told)
                let message = Array(frame.dropFirst(4))
                let head = try with(message) { bytes throws(JSONError) in try ReplyHead(scanning: bytes) }
                #expect(try with(message) { b throws(ProtocolError) in try head.attachmentPlaces(in: b) } == places)
            }
        }
    }

    @Test("a request says what it was given, and the scanner finds it")
    func requests() throws {
        let frame = JSONFrame.request(
            id: .max,
            appPath: "a\"b",
            action: "é",
            args: utf8("[1]"),
            kwargs: utf8("{\"k\":2}"),
            timeout: 2.5,
            affinity: "key",
            traceparent: "00-0a",
            attachments: [
                .inline(3), .shared(SharedMemory(descriptor: 5, inode: 6, offset: 64, size: 7)), .inline(4),
            ],
            answerArea: SharedMemory(descriptor: 8, inode: .max, offset: 0, size: 9)
        )
        #expect(
            try json(of: frame) == [
                "type": "request", "id": .uint(.max), "app_path": "a\"b", "action": "é",
                "timeout": 2.5, "affinity": "key", "traceparent": "00-0a",
                "attachments": [3, ["fd": 5, "inode": 6, "offset": 64, "size": 7], 4],
                "answer_area": ["fd": 8, "inode": .uint(.max), "offset": 0, "size": 9],
                "args": [1], "kwargs": ["k": 2],
            ]
        )
        #expect(
            try json(of: JSONFrame.request(id: 1, appPath: "a", action: "b"))
                == ["type": "request", "id": 1, "app_path": "a", "action": "b"]
        )
        #expect(try json(of: JSONFrame.request(id: 1, appPath: "a", action: "b", attachments: []))["attachments"] == [])
    }
}
