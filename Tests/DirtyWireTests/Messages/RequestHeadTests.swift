import DirtyWire
import Testing

/// What makes a message one that cannot be acted on.
@Suite struct RequestHeadTests {
    private func head(_ text: String) throws -> RequestHead {
        try with(utf8(text)) { bytes throws(JSONError) in
            var scanner = RequestScanner()
            try scanner.feed(bytes)
            return try scanner.finish()
        }
    }

    private func problem(_ text: String) throws -> ProtocolError? {
        let head = try head(text)
        return with(utf8(text)) { head.problem(in: $0) }
    }

    @Test(
        "a message with all it needs has no problem",
        arguments: [
            #"{"type":"request","id":1,"app_path":"a","action":"b"}"#,
            #"{"type":"request","id":"","app_path":"","action":"","args":[],"kwargs":{},"timeout":1,"affinity":""}"#,
            #"{"type":"request","id":1,"app_path":"a","action":"b","args":null,"kwargs":null,"timeout":null}"#,
            #"{"type":"cancel","id":-1}"#, #"{"type":"hello","id":0}"#, #"{"type":"ping","id":"x","args":5}"#,
            #"{"type":"describe","id":1}"#, #"{"type":"describe","id":1,"app_path":"a"}"#,
            #"{"type":"status","id":1,"action":[]}"#, #"{"type":"stash","id":1,"op":"get"}"#,
            #"{"type":"manage","id":1}"#, #"{"type":"hello","id":1,"shared_memory":true}"#,
            #"{"type":"hello","id":1,"shared_memory":null}"#,
            #"{"type":"ping","id":1,"shared_memory":1,"answer_area":1}"#,
            #"{"type":"request","id":1,"app_path":"a","action":"b","answer_area":{}}"#,
        ]
    )
    func sound(_ text: String) throws {
        #expect(try problem(text) == nil)
    }

    @Test(
        "a problem names the member, what it must be, what it is, and where",
        arguments: [
            ("{}", .missingMember, #"a message needs the member "type", a string; it is missing or null"#, nil),
            (#"{"type":[]}"#, .wrongMember, #"the member "type" must be a string and is an array"#, 8),
            (
                #"{"type":"ping"}"#, .missingMember,
                #"a ping message needs the member "id", a string or an integer; it is missing or null"#, nil
            ),
            (
                #"{"type":"ping","id":null}"#, .missingMember,
                #"a ping message needs the member "id", a string or an integer; it is missing or null"#, nil
            ),
            (
                #"{"type":"ping","id":1.5}"#, .wrongMember,
                #"the member "id" must be a string or an integer and is a number that is no integer"#, 20
            ),
            (
                #"{"type":"ping","id":1e2}"#, .wrongMember,
                #"the member "id" must be a string or an integer and is a number that is no integer"#, 20
            ),
            (
                #"{"type":"ping","id":{}}"#, .wrongMember,
                #"the member "id" must be a string or an integer and is an object"#, 20
            ),
            (
                #"{"type":"request","id":1,"action":"b"}"#, .missingMember,
                #"a request needs the member "app_path", a string; it is missing or null"#, nil
            ),
            (
                #"{"type":"request","id":1,"app_path":"a"}"#, .missingMember,
                #"a request needs the member "action", a string; it is missing or null"#, nil
            ),
            (
                #"{"type":"request","id":1,"args":{},"app_path":1,"action":"b"}"#, .wrongMember,
                #"the member "args" must be an array and is an object"#, 32
            ),
            (
                #"{"type":"request","id":1,"app_path":"a","action":"b","kwargs":[]}"#, .wrongMember,
                #"the member "kwargs" must be an object and is an array"#, 62
            ),
            (
                #"{"type":"request","id":1,"app_path":"a","action":"b","timeout":"5"}"#, .wrongMember,
                #"the member "timeout" must be a number and is a string"#, 63
            ),
            (
                #"{"type":"request","id":1,"app_path":"a","action":"b","affinity":5}"#, .wrongMember,
                #"the member "affinity" must be a string and is a number"#, 64
            ),
            (
                #"{"type":"request","id":1,"app_path":"a","action":"b","traceparent":false}"#, .wrongMember,
                #"the member "traceparent" must be a string and is a boolean"#, 67
            ),
            (
                #"{"type":"request","id":1,"app_path":"a","action":"b","attachments":1}"#, .badAttachments,
                #"the member "attachments" must be an array and is a number"#, 67
            ),
            (
                #"{"type":"request","id":1,"app_path":"a","action":"b","answer_area":[]}"#, .wrongMember,
                #"the member "answer_area" must be an object and is an array"#, 67
            ),
            (
                #"{"type":"hello","id":1,"shared_memory":1}"#, .wrongMember,
                #"the member "shared_memory" must be a boolean and is a number"#, 39
            ),
            (
                #"{"type":"describe","id":1,"app_path":1}"#, .wrongMember,
                #"the member "app_path" must be a string and is a number"#, 37
            ),
        ] as [(String, ProtocolFault, String, Int?)]
    )
    func problems(_ text: String, _ fault: ProtocolFault, _ message: String, _ offset: Int?) throws {
        #expect(try problem(text) == ProtocolError(fault, message, at: offset))
    }

    @Test("malformed attachments are told before all else, whatever the message, as they end the connection")
    func attachmentsFirst() throws {
        for text in [
            #"{"attachments":{}}"#, #"{"type":5,"attachments":"1"}"#, #"{"type":"ping","id":1,"attachments":true}"#,
            #"{"type":"request","id":[],"app_path":1,"args":{},"attachments":5}"#,
        ] {
            #expect(try problem(text)?.fault == .badAttachments)
        }
    }

    @Test("an unknown type is told, with those there are")
    func unknownType() throws {
        let error = try #require(try problem(#"{"type":"requests","id":1}"#))
        #expect(error.fault == .unknownType)
        #expect(error.offset == 8)
        #expect(
            error.message.hasPrefix(#"the message type "requests" is unknown; known are "request", "cancel", "hello""#)
        )
    }

    @Test("an id may have 256 bytes and no more")
    func longID() throws {
        let fits = String(repeating: "x", count: 254)
        #expect(try problem(#"{"type":"ping","id":"\#(fits)"}"#) == nil)
        let error = try problem(#"{"type":"ping","id":"\#(fits)x"}"#)
        #expect(error == ProtocolError(.wrongMember, "the id has 257 bytes; at most 256 are allowed", at: 20))
    }

    @Test(
        "a timeout is read in seconds, and bounded",
        arguments: [
            ("1", .seconds(1)), ("0.5", .milliseconds(500)), ("1e-3", .milliseconds(1)),
            ("1e300", .seconds(1_000_000_000)),
            ("1e999", .seconds(1_000_000_000)), ("null", nil),
        ] as [(String, Duration?)]
    )
    func timeout(_ number: String, _ expected: Duration?) throws {
        let text = #"{"timeout":\#(number)}"#
        let head = try head(text)
        #expect(try with(utf8(text)) { bytes throws(ProtocolError) in try head.timeout(in: bytes) } == expected)
    }

    @Test("a timeout of 0 or below is refused", arguments: ["0", "-0", "-1", "-1e999", "0.0", "1e-999"])
    func badTimeout(_ number: String) throws {
        let text = #"{"timeout":\#(number)}"#
        let head = try head(text)
        #expect(
            throws: ProtocolError(.wrongMember, "the member \"timeout\" must be a number of seconds above 0", at: 11)
        ) {
            try with(utf8(text)) { bytes throws(ProtocolError) in try head.timeout(in: bytes) }
        }
    }

    private func sizes(_ array: String) throws -> [Int]? {
        try places(array)?.map { place in
            guard case .inline(let size) = place else { throw Surprise() }
            return size
        }
    }

    private struct Surprise: Error {}

    private func places(_ array: String, maxCount: Int = 4, maxTotalBytes: Int = 100) throws -> [AttachmentPlace]? {
        let text = #"{"attachments":\#(array)}"#
        let head = try head(text)
        return try with(utf8(text)) { bytes throws(ProtocolError) in
            try head.attachmentPlaces(in: bytes, maxCount: maxCount, maxTotalBytes: maxTotalBytes)
        }
    }

    @Test("sizes of attachments are read up to the limits")
    func attachments() throws {
        #expect(try sizes("[]") == [])
        #expect(try sizes(" [ 1 , 2,3 ] ") == [1, 2, 3])
        #expect(try sizes("[0,0,0,0]") == [0, 0, 0, 0])
        #expect(try sizes("[100]") == [100])
        #expect(try sizes("null") == nil)
        #expect(throws: ProtocolError(.tooLarge, "more than 4 attachments in one message", at: 24)) {
            try sizes("[0,0,0,0,0]")
        }
        #expect(throws: ProtocolError(.tooLarge, "the attachments have more than 100 bytes", at: 19)) {
            try sizes("[99,2]")
        }
        #expect(throws: ProtocolError(.tooLarge, "the attachments have more than 100 bytes", at: 18)) {
            try sizes("[1,9223372036854775807]")
        }
    }

    @Test(
        "what is no size is refused",
        arguments: ["[-1]", "[1.0]", "[1e2]", "[\"1\"]", "[[]]", "[null]", "[99999999999999999999]"]
    )
    func badAttachments(_ array: String) throws {
        let message = "the member \"attachments\" must hold integers of 0 or above, the size of each attachment"
        #expect(throws: ProtocolError(.badAttachments, message, at: 16)) { try sizes(array) }
    }

    @Test("attachments in shared memory are read beside those that follow, and count towards the limits")
    func sharedAttachments() throws {
        let memory = SharedMemory(descriptor: 7, inode: 41, offset: 128, size: 60)
        #expect(
            try places(#"[ 5 , { "size" : 60 , "offset":128,"inode" : 41,"fd":7 } , 6]"#)
                == [.inline(5), .shared(memory), .inline(6)]
        )
        #expect(
            try places(#"[{"fd":0,"inode":0,"size":0}]"#)
                == [.shared(SharedMemory(descriptor: 0, inode: 0, offset: 0, size: 0))]
        )
        #expect(throws: ProtocolError(.tooLarge, "the attachments have more than 100 bytes", at: 19)) {
            try places(#"[41,{"fd":7,"inode":41,"size":60}]"#)
        }
        #expect(throws: ProtocolError(.tooLarge, "more than 1 attachments in one message", at: 18)) {
            try places(#"[1,{"fd":7,"inode":41,"size":6}]"#, maxCount: 1)
        }
    }

    /// What an object that tells of shared memory may not be, and what is said of it.
    private static let badMemory: [(String, String)] = [
        ("{}", "must have fd (a descriptor), inode and size, and may have offset"),
        (#"{"fd":1,"size":1}"#, "must have fd (a descriptor), inode and size, and may have offset"),
        (#"{"inode":1,"size":1}"#, "must have fd (a descriptor), inode and size, and may have offset"),
        (#"{"fd":2147483648,"inode":1,"size":1}"#, "must have fd (a descriptor), inode and size, and may have offset"),
        (#"{"fd":-1,"inode":1,"size":1}"#, #"must have an integer of 0 or above as its member "fd""#),
        (#"{"fd":1,"inode":1,"size":1.0}"#, #"must have an integer of 0 or above as its member "size""#),
        (#"{"fd":1,"inode":"1","size":1}"#, #"must have an integer of 0 or above as its member "inode""#),
        (#"{"fd":1,"inode":1,"size":[{}]}"#, #"must have an integer of 0 or above as its member "size""#),
        (#"{"fd":1,"fd":1,"inode":1,"size":1}"#, #"has two members "fd""#),
        (#"{"fd":1,"path":1}"#, #"has the member "path"; those there are: fd, inode, offset, size"#),
        (#"{"fd":1,"inode":1,"offset":32,"size":1}"#, "has the offset 32, which must be a multiple of 64"),
        (#"{"fd":1,"inode":1,"offset":64,"size":70368744177601}"#, "ends beyond byte 70368744177664"),
        (
            #"{"fd":1,"inode":1,"offset":9223372036854775744,"size":9223372036854775807}"#,
            "ends beyond byte 70368744177664"
        ),
    ]

    @Test("an object that tells of no shared memory is refused, and said why", arguments: badMemory)
    func badSharedMemory(_ object: String, _ clause: String) throws {
        let what = #"an object in the member "attachments" "#
        #expect(throws: ProtocolError(.badAttachments, what + clause, at: 16)) { try places("[\(object)]") }
        #expect(throws: ProtocolError(.wrongMember, #"the member "answer_area" "# + clause, at: 15)) {
            try area(object)
        }
    }

    private func area(_ object: String) throws -> SharedMemory? {
        let text = #"{"answer_area":\#(object)}"#
        let head = try head(text)
        return try with(utf8(text)) { b throws(ProtocolError) in try head.answerArea(in: b, maxBytes: 100) }
    }

    @Test("an answer area is read, up to its limit")
    func answerArea() throws {
        #expect(try area("null") == nil)
        #expect(
            try area(#"{"fd":3,"inode":4,"offset":64,"size":100}"#)
                == SharedMemory(descriptor: 3, inode: 4, offset: 64, size: 100)
        )
        let message = #"the member "answer_area" has 101 bytes; at most 100 are allowed"#
        #expect(throws: ProtocolError(.wrongMember, message, at: 15)) {
            try area(#"{"fd":3,"inode":4,"size":101}"#)
        }
    }

    @Test("a hello asks for shared memory by true, and by nothing else")
    func asking() throws {
        for (value, asks) in [("true", true), ("false", false), ("null", false), ("1", false)] {
            let text = #"{"type":"hello","id":1,"shared_memory":\#(value)}"#
            let head = try head(text)
            #expect(with(utf8(text)) { head.asksForSharedMemory(in: $0) } == asks)
        }
    }
}
