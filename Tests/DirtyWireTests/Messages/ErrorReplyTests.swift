import DirtyWire
import Testing

/// Errors as clients see them.
@Suite struct ErrorReplyTests {
    @Test("the error object says type, message and details, and details always say type and executed")
    func json() {
        let error = ErrorReply(
            .timeout,
            "too slow",
            executed: .maybe,
            details: ["timeout": 1.5, "app_path": "search", "action": "query"]
        )
        let details =
            #"{"error_type":"DirtyTimeoutError","executed":"maybe","timeout":1.5,"app_path":"search","action":"query"}"#
        let expected = #"{"error_type":"DirtyTimeoutError","message":"too slow","details":\#(details)}"#
        #expect(error.jsonBytes().text == expected)
        #expect(
            ErrorReply(.app, "no", executed: .yes).json()["details"] == [
                "error_type": "DirtyAppError", "executed": "yes",
            ]
        )
    }

    @Test("details cannot override error_type and executed")
    func override() {
        let error = ErrorReply(
            .app,
            "no",
            executed: .yes,
            details: ["executed": "no", "error_type": "X", "status": -4]
        )
        #expect(error.json()["details"] == ["error_type": "DirtyAppError", "executed": "yes", "status": -4])
    }

    @Test("each error has the name that clients know", arguments: ErrorType.allCases)
    func names(_ type: ErrorType) {
        #expect(type.rawValue.hasPrefix("Dirty") && type.rawValue.hasSuffix("Error"))
        for executed in Executed.allCases {
            let error = ErrorReply(type, "m", executed: executed, details: ["a": [1, .null]])
            #expect(ErrorReply(json: error.json()) == error)
        }
    }

    @Test(
        "what is no error of ours is not read as one",
        arguments: [
            .null, [], ["error_type": "DirtyAppError"],
            ["error_type": "X", "message": "m", "details": ["executed": "no"]],
            ["error_type": "DirtyAppError", "message": "m", "details": [:]],
            ["error_type": "DirtyAppError", "message": "m", "details": ["executed": "perhaps"]],
            ["error_type": "DirtyAppError", "message": 5, "details": ["executed": "no"]],
        ] as [JSONValue]
    )
    func notOurs(_ value: JSONValue) {
        #expect(ErrorReply(json: value) == nil)
    }

    @Test("a protocol error says what and where, and that nothing was executed")
    func protocolError() {
        let reply = ProtocolError(.wrongMember, "m", at: 12).reply
        #expect(reply == ErrorReply(.protocol, "m", executed: .no, details: ["what": "wrong_member", "where": 12]))
        #expect(ProtocolError(.duplicateID, "m").reply.details == ["what": "duplicate_id"])
    }

    @Test("what leaves the next frame's beginning unknown, or is not safe, closes the connection")
    func closing() {
        let closing = ProtocolFault.allCases.filter(\.closesConnection)
        #expect(
            closing == [
                .notJSON, .notGD, .tooLarge, .badAttachments, .duplicateMember, .duplicateID, .unfinished,
            ]
        )
    }

    @Test("errors of scanning become protocol errors of the right kind")
    func fromScans() {
        #expect(ProtocolError(JSONError(.empty, at: 0)).fault == .notJSON)
        #expect(ProtocolError(JSONError(.notAnObject(.array), at: 0)).fault == .notJSON)
        #expect(ProtocolError(JSONError(.tooDeep(limit: 512), at: 9)).fault == .tooLarge)
        #expect(ProtocolError(JSONError(.duplicateMember("id"), at: 9)).fault == .duplicateMember)
        #expect(ProtocolError(GDError(.truncated, at: 3)).fault == .notGD)
        #expect(ProtocolError(GDError(.payloadTooLarge(bytes: 2, limit: 1), at: 4)).fault == .tooLarge)
        #expect(ProtocolError(GDError(.tooDeep(limit: 500), at: 4)).fault == .tooLarge)
        #expect(ProtocolError(GDError(.tooManyItems(count: 2, limit: 1), at: 4)).fault == .tooLarge)
        #expect(ProtocolError(GDError(.duplicateMember("args"), at: 4)).fault == .duplicateMember)
        #expect(ProtocolError(JSONError(.truncated, at: 3)).offset == 3)
    }
}
