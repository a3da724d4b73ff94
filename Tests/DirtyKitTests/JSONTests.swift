import DirtyKit
import DirtyKitTesting
import Testing

@Suite("JSON and RawJSON")
struct JSONTests {
    @Test("numbers keep what they are")
    func numbers() throws {
        let value = try RawJSON("[1, 18446744073709551615, 1.0, 1e2, -5, 36893488147419103232]").decode(as: JSON.self)
        #expect(
            value == [.int(1), .uint(.max), .double(1), .double(100), .int(-5), .double(36_893_488_147_419_103_232)]
        )
    }

    @Test("literals and subscripts")
    func literals() {
        let value: JSON = ["name": "fox", "tags": ["a", 2, 2.5, true, nil], "self": ["deep": 1]]
        #expect(value["name"]?.string == "fox")
        #expect(value["tags"]?[1]?.int == 2)
        #expect(value["tags"]?[2]?.double == 2.5)
        #expect(value["tags"]?[3]?.bool == true)
        #expect(value["tags"]?[4] == .null)
        #expect(value["tags"]?[5] == nil)
        #expect(value["tags"]?.array?.count == 5)
        #expect(value["self"]?["deep"]?.int == 1)
        #expect(value["self"]?.object?.keys.first == "deep")
        #expect(value["none"] == nil)
        #expect(JSON.uint(.max).int == nil)
        #expect(JSON.double(3).int == 3)
        #expect(JSON.double(3.5).int == nil)
        #expect(JSON.bytes([1]).bytes == [1])
    }

    @Test("of two members of one name, the last counts")
    func duplicates() throws {
        #expect(try RawJSON(#"{"a":1,"a":2}"#).decode(as: JSON.self) == ["a": 2])
    }

    @Test("raw JSON is passed through as it came, digits and order and all")
    func untouched() throws {
        let text = #"{"z":1.50,"a":123456789012345678901234567890,"e":1E5,"s":"\u0041"}"#
        #expect(try RawJSON(encoding: ["raw": RawJSON(text)]).text == Array((#"{"raw":"# + text + "}").utf8))
    }

    @Test("raw JSON of any length comes back as it was", arguments: [0, 1, 20, 21, 22, 23, 200])
    func lengths(letters: Int) async throws {
        let host = try TestHost(KitchenSink.self)
        let text = "\"" + String(repeating: "é", count: letters / 2) + String(repeating: "x", count: letters % 2) + "\""
        let raw: RawJSON = try await host.start("raw", json: "[\(text)]", kwargs: "{}").result()
        #expect(raw.text == Array(text.utf8))
        #expect(raw.attachments == [])
        #expect(try raw.decode(as: String.self).utf8.count == letters)
        #expect(try RawJSON(encoding: [raw, raw]).text == Array("[\(text),\(text)]".utf8))
    }

    @Test("raw JSON must be JSON")
    func notJSON() throws {
        let error = try #require(throws: AppError.self) { try RawJSON("[1,") }
        #expect(error.message == "not valid JSON: the text ends too early at byte 3")
        #expect(error.status == .invalid)
        #expect(throws: AppError.self) { try RawJSON("1 2") }
    }

    @Test("an object that only looks like a reference to bytes is an object")
    func lookalikes() throws {
        for text in [#"{"$attachment":"x"}"#, #"{"$attachment":1,"b":2}"#, #"{"$base64":5}"#, #"{"attachment":0}"#] {
            let value = try RawJSON(text).decode(as: JSON.self)
            #expect(value.object != nil, "\(text)")
        }
    }
}
