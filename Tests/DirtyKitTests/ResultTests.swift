import DirtyKit
import DirtyKitTesting
import Testing

@Suite("Results and errors")
struct ResultTests {
    let host = try! TestHost(KitchenSink.self)

    @Test("an action that returns nothing answers null")
    func nothing() async throws {
        #expect(try await host.call("nothing") == JSON.null)
        #expect(try await host.call("nothing_async") == JSON.null)
    }

    @Test("a thrown error is told by its description, with status internal", arguments: ["throw", "throw_async"])
    func thrown(_ action: String) async throws {
        let error = try await #require(throws: AppError.self) { try await host.call(action) }
        #expect(error.message == "it broke")
        #expect(error.status == .internal)
        #expect(error.details.isEmpty)
    }

    @Test("an AppError's status, code and details reach the client")
    func appError() async throws {
        let error = try await #require(throws: AppError.self) { try await host.call("throw_app") }
        #expect(error.status == .notFound)
        #expect(error.code == "no_such")
        #expect(error.message == "there is no seven")
        #expect(error.details["id"] == 7)
        // Errors have no attachments: bytes stand in their text.
        #expect(error.details["bytes"] == .bytes([1, 2, 3, 4]))
    }

    @Test("an error type of the author's own says how it is told")
    func convertible() async throws {
        let error = try await #require(throws: AppError.self) { try await host.call("throw_convertible") }
        #expect(error.status == .busy)
        #expect(error.code == "jammed")
        #expect(error.message == "the door is jammed")
        #expect(error.details["door"] == 3)
    }

    @Test("a result that JSON has no form for is an error that says so")
    func infinite() async throws {
        let error = try await #require(throws: AppError.self) { try await host.call("infinite") }
        #expect(error.status == .internal)
        #expect(error.message == "inf can't be a result: JSON has no infinity and no not-a-number")
    }

    @Test("details that JSON has no form for are left out, the message stays")
    func unwritableDetails() async throws {
        let error = try await #require(throws: AppError.self) { try await host.call("details") }
        #expect(error.message == "odd")
        #expect(error.details.isEmpty)
    }

    @Test("a status is always negative")
    func statuses() {
        #expect(AppStatus(rawValue: 0) == .internal)
        #expect(AppStatus(rawValue: 1) == .internal)
        #expect(AppStatus(rawValue: -3) == .notFound)
        #expect(AppStatus(rawValue: -99).rawValue == -99)
    }
}
