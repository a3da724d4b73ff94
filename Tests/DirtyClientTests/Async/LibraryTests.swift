import DirtyClient
import Glibc
import TestSupport
import Testing

/// C libraries served by the manifests that ship, called as a Swift program calls them.
@Suite("C libraries, from Swift", .serialized)
struct LibraryTests {
    /// Runs `body` with a client of a host that serves `names`.
    private func serve(_ names: String..., body: @escaping @Sendable (DirtyClient) async throws -> Void) async throws {
        let paths = names.map { "\(Products.repository)/Plugins/ffi/\($0).json" }
        let host = try Host(paths, ["--dirty-workers", "2"])
        do {
            try host.program.output.wait(for: "DIRTY_SOCKET=")
            let client = DirtyClient(socket: host.socketPath)
            try await body(client)
            await client.close()
        } catch {
            try? host.end()
            throw error
        }
        try host.end()
    }

    @Test("ten thousand powers are those of our own libm, bit by bit")
    func powers() async throws {
        try await serve("libm") { client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for lane in 0..<10 {
                    group.addTask {
                        for index in 0..<1000 {
                            let x = Double(lane * 1000 + index) / 97 + 0.01
                            let y = Double(index - 500) / 31
                            let answer = try await client.call("m", "pow", x, y, as: Double.self)
                            #expect(answer.bitPattern == pow(x, y).bitPattern, "\(x) \(y)")
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("bytes, structs, hashes and documents come as what they are")
    func values() async throws {
        try await serve("zlib", "libc", "openssl", "libxml2") { client in
            for count in [0, 1, 5000] {
                let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 / 100) }
                let small = try await client.call("zlib", "compress2", bytes, 9, as: [UInt8].self)
                #expect(try await client.call("zlib", "uncompress", small, as: [UInt8].self) == bytes)
            }
            struct Division: Decodable, Equatable {
                let quot: Int32
                let rem: Int32
            }
            let division = try await client.call("c", "div", -7, 2, as: Division.self)
            #expect(division == Division(quot: -3, rem: -1))
            let hash = try await client.call("openssl", "sha256", Array("abc".utf8), as: [UInt8].self)
            #expect(hash.prefix(3) == [0xBA, 0x78, 0x16])
        }
    }

    @Test("calls with a handle find it by their affinity")
    func affinity() async throws {
        try await serve("sqlite3") { client in
            struct Handle: Codable, Sendable {
                let token: String
                enum CodingKeys: String, CodingKey { case token = "$handle" }
            }
            func call<Value: Decodable>(
                _ action: String,
                _ arguments: any Encodable...,
                as _: Value.Type
            ) async throws -> Value {
                var call: DirtyCall
                switch arguments.count {
                case 1: call = try DirtyCall("sqlite3", action, arguments[0])
                default: call = try DirtyCall("sqlite3", action, arguments[0], arguments[1])
                }
                call.affinity = "swift"
                return try await client.send(call).decode(Value.self)
            }
            let db = try await call("open", ":memory:", as: Handle.self)
            for number in 0..<20 {
                let rows = try await call("exec", db, "select \(number) as n", as: [[String: String]].self)
                #expect(rows == [["n": "\(number)"]])
            }
        }
    }
}
