import DirtyKit
import DirtyKitTesting
import Testing

@testable import FFIApp

@Suite("Failures of C functions, and of manifests")
struct FailureTests {
    @Test("a result that breaks a check is an error with its name, message and number")
    func checks() async throws {
        let host = try Shapes.host()
        #expect(try await host.call("bounded", 2) == 2)
        let named = try await refusal(host, "bounded", 3)
        #expect(named.message == "bounded failed: for another (THREE, 3)")
        #expect(named.code == "THREE")
        #expect(named.details["result"] == 3)
        let other = try await refusal(host, "bounded", -3)
        #expect(other.message == "bounded failed: for a reason (-3)")
        #expect(other.code == "failed")
    }

    @Test("errno is what the function itself left")
    func errorNumber() async throws {
        let host = try Shapes.host()
        let error = try await refusal(host, "fails", 13)
        #expect(error.message == "fails failed: (-1; EACCES: Permission denied)")
        #expect(error.details["errno"] == 13)
        #expect(error.details["errno_name"] == "EACCES")
        #expect(try await host.call("fails_quietly", 0) == nil)
        #expect(try await refusal(host, "fails_quietly", 2).details["errno_name"] == "ENOENT")
    }

    @Test("arguments come by position and by name, and wrong ones are refused by theirs")
    func arguments() async throws {
        let host = try Shapes.host()
        #expect(try await host.call("scale", [1.0], keywords: ["by": 4]) == [4.0])
        #expect(try await host.call("scale", keywords: ["by": 4, "values": [2.0]]) == [8.0])
        #expect(try await refusal(host, "scale", [1.0]).code == "missing_argument")
        #expect(try await refusal(host, "scale", [1.0], 2, 3).code == "too_many_arguments")
        #expect(try await refusal(host, "nothing").code == "unknown_action")
        await #expect(throws: AppError.self) { try await host.call("scale", keywords: ["count": 4, "values": [2.0]]) }
    }

    @Test("a library, a function or a pin that doesn't fit keeps the app from opening")
    func opening() throws {
        func reason(_ change: (inout JSON) -> Void) throws -> String {
            let error = #expect(throws: AppError.self) { try Shapes.host(change) }
            return try #require(error).message
        }
        #expect(
            try reason { $0.set(["libraries", "shapes", "path"], "/nowhere/libshapes.so") }
                .hasPrefix("/libraries/shapes: the library /nowhere/libshapes.so can't be loaded:")
        )
        #expect(
            try reason { $0.set(["functions", "sum_ints", "symbol"], "sum_of_ints") }
                .contains("/functions/sum_ints/symbol: the library")
        )
        let pin = String(repeating: "0", count: 64)
        #expect(
            try reason { $0.set(["libraries", "shapes", "sha256"], .string(pin)) }.contains(
                "/libraries/shapes/sha256: "
            )
        )
        #expect(
            try reason { $0.set(["structs", "inner", "size"], 20) }.contains(
                "/structs/inner/size: the fields make 24 bytes"
            )
        )
        #expect(try reason { $0.set(["functions", "visit", "lib"], "none") }.contains("/functions/visit/lib: "))
        #expect(throws: AppError.self) { try TestHost(ManifestApp.self) }
    }

    @Test("a library with the right pin is loaded")
    func pin() throws {
        let bytes = try #require(try? [UInt8](file: Shapes.library()))
        var hash = SHA256()
        bytes.withUnsafeBytes { hash.add($0) }
        _ = try Shapes.host { $0.set(["libraries", "shapes", "sha256"], .string(hash.hexadecimal)) }
    }
}
