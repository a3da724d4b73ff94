import DirtyKit
import DirtyKitTesting
import Testing

/// One after the other: the fixture keeps the callback it was given last.
@Suite("Callbacks", .serialized)
struct CallbackTests {
    @Test("a callback collects what it was given, each time it was called")
    func collects() async throws {
        let host = try Shapes.host()
        #expect(
            try await host.call("visit", 2) == [
                "result": 2, "visits": [[0, "number 0", 0.0], [1, "number 1", 0.25]],
            ]
        )
        #expect(try await host.call("visit", 0) == ["result": 0, "visits": []])
        #expect(try await host.call("visit_texts", 2) == ["number 0", "number 1"])
        #expect(try await host.call("visit_bytes", 3) == [.bytes([]), .bytes([1]), .bytes([2, 2])])
    }

    @Test("a callback that isn't wanted is a null pointer")
    func unwanted() async throws {
        let host = try Shapes.host()
        #expect(try await host.call("visit", 2, false) == ["result": 2, "visits": nil])
        #expect(try await host.call("visit", 1, keywords: ["visits": true])["visits"] == [[0, "number 0", 0.0]])
    }

    @Test("what is more than there is room for ends the call with an error, not with a part")
    func bounds() async throws {
        let host = try Shapes.host()
        #expect(try await host.call("visit", 5)["result"] == 5)
        let error = try await refusal(host, "visit", 6)
        #expect(error.code == "callback_full")
        #expect(error.message.contains("more than 5 items"))
        #expect(try await refusal(host, "visit_bytes", 100).code == "callback_full")
        #expect(try await host.call("visit", 1)["result"] == 1)
    }

    @Test("a callback that comes after the call, or on another thread, is turned away")
    func late() async throws {
        let host = try Shapes.host()
        _ = try await host.call("visit", 1)
        #expect(try await host.call("visit_later") == 1)
        #expect(try await host.call("visit_elsewhere") == ["result": 1, "visits": []])
    }
}
