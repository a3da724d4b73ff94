import DirtyKit
import DirtyKitTesting
import Testing

@Suite("Structs, arrays, text and bytes through C")
struct MemoryTests {
    private static let outer: JSON = [
        "flag": 255, "inner": ["tag": -3, "weight": 2.5, "count": -32768], "ratio": 1.5, "name": "given",
    ]

    @Test("a struct with padding and another within goes by value, and comes back")
    func byValue() async throws {
        let moved: JSON = try await Shapes.host().call("outer_moved", Self.outer, 0.25)
        #expect(
            moved == [
                "flag": 0, "inner": ["tag": -3, "weight": 2.75, "count": 32767], "ratio": 0.75, "name": "given",
            ]
        )
    }

    @Test("a pointer to a struct goes in, comes out, or both")
    func references() async throws {
        let host = try Shapes.host()
        let doubled: JSON = try await host.call("outer_doubled", Self.outer)
        #expect(
            doubled == [
                "flag": 255, "inner": ["tag": -2, "weight": 5.0, "count": -32768], "ratio": 1.5, "name": nil,
            ]
        )
        let made: JSON = try await host.call("outer_made")
        #expect(
            made == ["flag": 200, "inner": ["tag": 120, "weight": -1.5, "count": -7], "ratio": 0.25, "name": "made"]
        )
    }

    @Test("a struct's fields are all given, each once, in range, and no others")
    func wrongFields() async throws {
        let host = try Shapes.host()
        var value = Self.outer
        value.set(["ratio"], nil)
        #expect(try await refusal(host, "outer_doubled", value).message.contains("missing: ratio"))
        value = Self.outer
        value.set(["weigth"], 1)
        #expect(try await refusal(host, "outer_doubled", value).message.contains("\"weigth\" is none"))
        value = Self.outer
        value.set(["inner", "count"], 40000)
        #expect(try await refusal(host, "outer_doubled", value).message.contains(".inner.count"))
        value = Self.outer
        value.set(["link"], nil)
        value.set(["link"], 5)
        #expect(try await refusal(host, "outer_doubled", value).message.contains("\"link\" is none"))
    }

    @Test("arrays of numbers, structs and texts go in with their count")
    func arraysIn() async throws {
        let host = try Shapes.host()
        #expect(try await host.call("sum_ints", [1, -2, 30]) == 29)
        #expect(try await host.call("sum_ints", [Int]()) == 0)
        #expect(try await host.call("joined_length", ["a", "", "bcd"]) == 4)
        let inners: JSON = [["tag": 0, "weight": 1.5, "count": 2], ["tag": 0, "weight": -1, "count": 3]]
        #expect(try await host.call("inner_sum", inners) == 0.0)
        #expect(
            try await refusal(host, "sum_ints", [1, 2_147_483_648]).message.contains("at [1] should be an integer")
        )
        #expect(try await refusal(host, "sum_ints", [Int](repeating: 1, count: 1001)).message.contains("at most 1000"))
    }

    @Test("arrays come out, changed or made, as far as they are filled")
    func arraysOut() async throws {
        let host = try Shapes.host()
        #expect(try await host.call("scale", [1.5, -2], 2) == [3.0, -4.0])
        #expect(try await host.call("squares") == [0, 1, 4, 9])
    }

    @Test("bytes come out as far as the length parameter says, and never beyond the room there was")
    func bytesOut() async throws {
        let host = try Shapes.host()
        for count in [0, 1, 16] {
            let bytes: [UInt8] = try await host.call("fill", count)
            #expect(bytes == (0..<count).map { UInt8($0) })
        }
        let error = try await refusal(host, "fill", 17)
        #expect(error.code == "too_small")
        #expect(error.message.contains("has 17") && error.message.contains("room for 16"))
    }

    @Test("bytes that go in and out leave what was given as it was")
    func bytesChanged() async throws {
        let host = try Shapes.host()
        let given: [UInt8] = [1, 2, 3]
        let reversed: [UInt8] = try await host.call("reverse", given)
        #expect(reversed == [3, 2, 1])
        #expect(try await host.call("reverse", [UInt8]()) as [UInt8] == [])
    }

    @Test("text is written into room of a fixed size, up to its NUL")
    func textBuffer() async throws {
        let host = try Shapes.host()
        #expect(try await host.call("written", "abc") == ["result": 5, "text": "<abc>"])
        #expect(try await host.call("written", "abcdefgh") == ["result": 10, "text": "<abcdef"])
    }

    @Test("what the library makes is copied and freed; nothing is null")
    func made() async throws {
        let host = try Shapes.host()
        #expect(try await host.call("made_text", "héllo") == "héllo")
        #expect(try await host.call("made_text", "nothing") == nil)
        #expect(try await host.call("made_bytes", 3) as [UInt8] == [9, 9, 9])
        #expect(try await host.call("made_bytes", 0) as [UInt8] == [])
        #expect(try await refusal(host, "made_bytes", 1001).status == .tooLarge)
    }

    @Test("text that the library takes over is its own to free")
    func transfer() async throws {
        #expect(try await Shapes.host().call("taken", "seven b") == 7)
    }

    @Test("a cstr has no NUL inside, no more bytes than its max, and is UTF-8 on its way out")
    func text() async throws {
        let host = try Shapes.host()
        #expect(try await refusal(host, "made_text", "a\u{0}b").message.contains("a string without a NUL"))
        #expect(try await host.call("written", String(repeating: "x", count: 32)) != nil as JSON)
        #expect(
            try await refusal(host, "written", String(repeating: "x", count: 33)).message.contains("at most 32 bytes")
        )
        #expect(try await host.call("lent_text", 0) == "lent")
        #expect(try await refusal(host, "lent_text", 1).code == "failed")
        #expect(try await refusal(host, "lent_text", 2).code == "not_utf8")
    }

    @Test("with strict, buffers of every size are whole, up to the guard page")
    func strict() async throws {
        let host = try Shapes.host { $0.set(["strict"], true) }
        for count in [0, 1, 15, 16] {
            #expect(try await host.call("fill", count) as [UInt8] == (0..<count).map { UInt8($0) })
        }
        #expect(try await host.call("overrun", 24) as [UInt8] == [UInt8](repeating: 7, count: 24))
        #expect(try await host.call("scale", [1.0], 3) == [3.0])
        #expect(try await host.call("outer_made")["flag"] == 200)
    }
}
