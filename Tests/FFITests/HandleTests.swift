import DirtyKit
import DirtyKitTesting
import Testing

@testable import FFIApp

/// One after the other: the fixture counts its things in the process.
@Suite("Handles", .serialized)
struct HandleTests {
    private func alive(_ host: TestHost) async throws -> Int { try await host.call("things_alive") }

    /// The code of the error that a call is refused with; nil if it isn't.
    private func code(_ host: TestHost, _ action: String, _ arguments: any Encodable...) async throws -> String? {
        let text = try arguments.map { String(decoding: try RawJSON(encoding: $0).text, as: UTF8.self) }
        do {
            _ = try await host.start(action, json: "[\(text.joined(separator: ","))]").result(as: JSON.self)
            return nil
        } catch let error as AppError {
            return error.code
        }
    }

    @Test("a pointer becomes a token of its kind and worker, and the token the pointer again")
    func token() async throws {
        let host = try Shapes.host()
        let thing: JSON = try await host.call("thing_new", 7)
        let text = try #require(thing["$handle"]?.string)
        #expect(text.hasPrefix("thing:1."))
        #expect(try await host.call("thing_value", thing) == 7)
        #expect(try await host.call("thing_value", keywords: ["it": thing]) == 7)
        host.close()
    }

    @Test("what is closed, foreign, of another kind or no token at all is refused, saying which")
    func wrongHandles() async throws {
        let host = try Shapes.host()
        let thing: JSON = try await host.call("thing_new", 7)
        let text = try #require(thing["$handle"]?.string)
        #expect(try await code(host, "brief_value", thing) == "wrong_handle")
        try await host.call("thing_close", thing)
        #expect(try await code(host, "thing_value", thing) == "used_handle")
        #expect(try await code(host, "thing_close", thing) == "used_handle")
        let otherWorker: JSON = ["$handle": .string(text.replacing("thing:1.", with: "thing:2."))]
        #expect(try await code(host, "thing_value", otherWorker) == "foreign_handle")
        #expect(try await refusal(host, "thing_value", otherWorker).message.contains("\"affinity\""))
        #expect(try await code(host, "thing_value", ["$handle": "thing:1.1"]) == "foreign_handle")
        #expect(try await code(host, "thing_value", ["$handle": "thing"]) == "bad_handle")
        #expect(try await code(host, "thing_value", "thing:1.1") == "wrong_argument")
        #expect(try await code(host, "thing_value", 94_000_000_000) == "wrong_argument")
        #expect(try await code(host, "thing_value", JSON.null) == "wrong_argument")
        let second = try Shapes.host()
        let its: JSON = try await second.call("thing_new", 8)
        #expect(try await code(host, "thing_value", its) == "foreign_handle")
        second.close()
        host.close()
    }

    @Test("a kind has room for as many as it says, and closing one makes room")
    func maximum() async throws {
        let host = try Shapes.host()
        var things: [JSON] = []
        for value in 0..<4 { things.append(try await host.call("thing_new", value)) }
        #expect(try await code(host, "thing_new", 5) == "too_many_handles")
        #expect(try await alive(host) == 4)
        try await host.call("thing_close", things[0])
        #expect(try await code(host, "thing_new", 5) == nil)
        host.close()
    }

    @Test("closing the app frees what is left, the latest first")
    func close() async throws {
        let host = try Shapes.host()
        _ = try await host.call("things_freed")
        for value in 1...3 { _ = try await host.call("thing_new", value) }
        host.close()
        let second = try Shapes.host()
        #expect(try await alive(second) == 0)
        #expect(try await second.call("things_freed") == [3, 2, 1])
        second.close()
    }

    @Test("what depends on a handle is freed before it, and can't be used after it")
    func parents() async throws {
        let host = try Shapes.host()
        _ = try await host.call("things_freed")
        let parent: JSON = try await host.call("thing_new", 100)
        let child: JSON = try await host.call("thing_child", parent, 20)
        let grandchild: JSON = try await host.call("thing_child", child, 3)
        #expect(try await host.call("thing_value", child) == 120)
        try await host.call("thing_close", parent)
        #expect(try await host.call("things_freed") == [23, 120, 100])
        #expect(try await refusal(host, "thing_value", grandchild).message.contains("with the handle it depended on"))
        #expect(try await alive(host) == 0)
        host.close()
    }

    @Test("a function that fails and gives a handle nevertheless has it freed, after it was asked why")
    func onError() async throws {
        let host = try Shapes.host()
        let error = try await refusal(host, "thing_open", -5)
        #expect(error.message == "thing_open failed: thing 5 is no good (BAD, -3)")
        #expect(try await alive(host) == 0)
        let thing: JSON = try await host.call("thing_open", 6)
        #expect(try await host.call("thing_value", thing) == 6)
        host.close()
    }

    @Test("a handle that isn't used for its time to live is freed, though no call comes")
    func timeToLive() async throws {
        let host = try Shapes.host()
        _ = try await host.call("things_freed")
        let brief: JSON = try await host.call("brief_new", 9)
        while try await alive(host) > 0 { await Task.yield() }
        #expect(try await host.call("things_freed") == [9])
        let error = try await refusal(host, "brief_value", brief)
        #expect(error.code == "stale_handle")
        #expect(error.message.contains("ttl_s"))
        host.close()
    }

    @Test("a null pointer is no handle, and is refused or null")
    func null() async throws {
        #expect(try await code(Shapes.host(), "thing_new", -1) == "failed")
    }

    @Test("sweeping frees those whose time is up and says when the next one's is")
    func sweep() throws {
        let manifest = try Manifests.handles(timeToLive: 10)
        let table = try HandleTable(manifest, Libraries(manifest), worker: 3)
        let kind = table.kind("thing")
        let pointer = UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1)
        defer { pointer.deallocate() }
        let start = HandleTable.now()
        let number = table.add(pointer, kind, parent: nil)
        let next = try #require(table.sweep(now: start))
        #expect(next >= start + 10_000_000_000)
        #expect(try table.find(table.token(number, kind), kind).pointer == pointer)
        #expect(table.sweep(now: next + 10_000_000_000) == nil)
        #expect(throws: AppError.self) { try table.find(table.token(number, kind), kind) }
        #expect(kind.count == 0)
    }
}
