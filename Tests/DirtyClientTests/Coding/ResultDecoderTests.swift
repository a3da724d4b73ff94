import DirtyClient
import Foundation
import Testing

@Suite("Results")
struct ResultDecoderTests {
    private func decode<Value: Decodable>(
        _ json: String,
        _ attachments: [[UInt8]] = [],
        as type: Value.Type
    ) throws(DirtyCallError) -> Value {
        try DirtyResult(json: Array(json.utf8), attachments: attachments).decode(type)
    }

    @Test("JSON becomes values of Swift's")
    func values() throws {
        struct Shape: Decodable, Equatable {
            enum Kind: String, Decodable { case round, square }
            var kind: Kind
            var sides: [Int8]
            var weight: Float
            var note: String?
            var big: UInt64
            var rest: JSONValue
        }
        let shape = try decode(
            #"{"kind":"square","sides":[1,-2],"weight":0.1,"big":18446744073709551615,"rest":{"a":[null]},"more":1}"#,
            as: Shape.self
        )
        #expect(
            shape
                == Shape(kind: .square, sides: [1, -2], weight: 0.1, note: nil, big: .max, rest: ["a": [.null]])
        )
        #expect(try decode("2.0", as: Int.self) == 2)
        #expect(try decode("3", as: Double.self) == 3)
        #expect(try decode("null", as: Int?.self) == nil)
        #expect(try decode(#"{"a":1}"#, as: [String: Int].self) == ["a": 1])
    }

    @Test("bytes come from attachments, from base64, or from a list")
    func bytes() throws {
        #expect(try decode(#"{"$attachment":1}"#, [[1], [2, 3]], as: [UInt8].self) == [2, 3])
        #expect(try decode(#"{"$base64":"AQI="}"#, as: Data.self) == Data([1, 2]))
        #expect(try decode("[1,2]", as: [UInt8].self) == [1, 2])
        #expect(try decode(#"[{"$attachment":0}]"#, [[9]], as: [Data].self) == [Data([9])])
    }

    @Test("types that decode by hand may use every container")
    func containers() throws {
        struct ByHand: Decodable {
            enum Key: CodingKey { case list, inner }
            let texts: [String]
            init(from decoder: any Decoder) throws {
                let object = try decoder.container(keyedBy: Key.self)
                var list = try object.nestedUnkeyedContainer(forKey: .list)
                var texts = [try list.decodeNil() ? "null" : "value"]
                texts.append(try list.nestedContainer(keyedBy: Key.self).decode(String.self, forKey: .inner))
                texts.append(try String(from: object.superDecoder(forKey: .inner)))
                texts.append(list.isAtEnd ? "end" : "more")
                self.texts = texts
            }
        }
        let value = try decode(#"{"list":[null,{"inner":"x"}],"inner":"y"}"#, as: ByHand.self)
        #expect(value.texts == ["null", "x", "y", "end"])
    }

    @Test(
        "what doesn't fit is told with its place",
        arguments: [
            (#"{"a":300}"#, "at .a: 300 where a Int8 is expected"),
            (#"{"a":"x"}"#, "at .a: a string where an integer is expected"),
            ("{}", "no member 'a'"), ("[]", "an array where an object is expected"),
            (#"{"a":1.5}"#, "at .a: 1.5 where a Int8 is expected"),
            (#"{"a":null}"#, "at .a: null where an integer is expected"),
        ]
    )
    func problems(json: String, problem: String) throws {
        struct Small: Decodable { let a: Int8 }
        let error = try blockingCallError { () throws(DirtyCallError) in _ = try decode(json, as: Small.self) }
        #expect(error.type == .result)
        #expect(error.message.hasSuffix(": " + problem), "\(error.message)")
    }

    @Test("an attachment that didn't come is told")
    func missingAttachment() throws {
        let error = try blockingCallError { () throws(DirtyCallError) in
            _ = try decode(#"{"$attachment":1}"#, [[1]], as: [UInt8].self)
        }
        #expect(error.message.hasSuffix("attachment 1 is named, but 1 came"))
    }

    @Test("a tree survives other coders")
    func foreignCoders() throws {
        let tree: JSONValue = ["a": [1, .null, 2.5, "x", true, JSONValue(UInt64.max)]]
        let data = try JSONEncoder().encode(tree)
        #expect(try JSONDecoder().decode(JSONValue.self, from: data) == tree)
    }
}
