import DirtyKit
import DirtyKitTesting
import Glibc
import Testing

@Suite("Manifests that ship, without a host")
struct ShippedTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test("libm")
    func mathematics() async throws {
        let host = try Shapes.shipped("libm")
        for (x, y) in [(2.0, 0.5), (-8, 3), (0, 0), (1e300, 2), (-1, 0.5)] {
            let result: JSON = try await host.call("pow", x, y)
            let expected = Glibc.pow(x, y)
            #expect(result.double == (expected.isFinite ? expected : nil))
        }
        #expect(try await host.call("frexp", 8) == ["result": 0.5, "exponent": 4])
        #expect(try await host.call("lgamma_r", -0.5)["sign"] == -1)
        #expect(try await host.call("llround", 2.5) == 3)
    }

    @Test("zlib")
    func compression() async throws {
        let host = try Shapes.shipped("zlib")
        let text = bytes(String(repeating: "one two ", count: 1000))
        let small: [UInt8] = try await host.call("compress2", text, 9)
        #expect(small.count < 100)
        #expect(try await host.call("uncompress", small) as [UInt8] == text)
        #expect(try await host.call("crc32", 0, bytes("123456789")) == 0xCBF4_3926)
        #expect(try await host.call("crc32", 5, [UInt8]()) == 5)
        #expect(try await host.call("adler32", keywords: ["buf": bytes("Wikipedia")]) == 0x11E6_0398)
        #expect(try await refusal(host, "uncompress", ["$base64": "AAAA"]).code == "Z_DATA_ERROR")
        #expect(try await refusal(host, "compress2", ["$base64": "AAAA"], 10).message.contains("from -1 to 9"))
    }

    @Test("sqlite3")
    func database() async throws {
        let host = try Shapes.shipped("sqlite3")
        let db: JSON = try await host.call("open", ":memory:")
        try await host.call("exec", db, "create table t (a, b); insert into t values (1, 'x'), (null, 2.5)")
        #expect(
            try await host.call("exec", db, "select * from t") == [["a": "1", "b": "x"], ["a": nil, "b": "2.5"]]
        )
        let stmt: JSON = try await host.call("prepare", db, "insert into t values (?, ?)")
        try await host.call("bind_int64", stmt, 1, "9223372036854775807")
        try await host.call("bind_blob", stmt, 2, bytes("a\u{0}b"))
        #expect(try await host.call("step", stmt) == 101)
        try await host.call("finalize", stmt)
        let query: JSON = try await host.call("prepare", db, "select * from t where typeof(b) = 'blob'")
        #expect(try await host.call("step", query) == 100)
        #expect(try await host.call("column_int64", query, 0) == "9223372036854775807")
        #expect(try await host.call("column_blob", query, 1) as [UInt8] == bytes("a\u{0}b"))
        #expect(try await refusal(host, "exec", db, "selec").code == "SQLITE_ERROR")
        try await host.call("close", db)
        #expect(try await refusal(host, "step", query).code == "stale_handle")
    }

    @Test("libc")
    func library() async throws {
        let host = try Shapes.shipped("libc")
        #expect(try await host.call("div", -7, 2) == ["quot": -3, "rem": -1])
        #expect(try await host.call("strtol", "0x1fg", 16) == ["result": 31, "end": "g"])
        #expect(try await refusal(host, "strtol", "9223372036854775808").details["errno_name"] == "ERANGE")
        #expect(try await host.call("format_number", 1234.5678) == "1234.568")
        #expect(try await host.call("getenv", "NO_SUCH_VARIABLE_HERE") == nil)
        #expect(try await host.call("swab", bytes("abcd")) as [UInt8] == bytes("badc"))
        #expect(try await refusal(host, "div", 1, 0).code == "wrong_argument")
    }

    @Test("openssl")
    func hashes() async throws {
        let host = try Shapes.shipped("openssl")
        let hash: [UInt8] = try await host.call("sha256", bytes("abc"))
        #expect(hash.prefix(4) == [0xBA, 0x78, 0x16, 0xBF])
        #expect(try await host.call("digest", "SHA2-256", bytes("abc")) as [UInt8] == hash)
        #expect(try await refusal(host, "digest", "SHA0", ["$base64": ""]).code == "NO_SUCH_DIGEST")
    }

    @Test("libxml2")
    func documents() async throws {
        let host = try Shapes.shipped("libxml2")
        let document: JSON = try await host.call("read", bytes("<a><b>1</b><b>2</b></a>"))
        let context: JSON = try await host.call("xpath_context", document)
        let found: JSON = try await host.call("xpath", "sum(//b)", context)
        #expect(try await host.call("xpath_number", found) == 3.0)
        #expect(try await host.call("xpath_text", found) == "3")
        try await host.call("free", document)
        #expect(try await refusal(host, "xpath_text", found).code == "stale_handle")
        #expect(try await refusal(host, "read", ["$base64": "PGE="]).code == "failed")
    }
}
