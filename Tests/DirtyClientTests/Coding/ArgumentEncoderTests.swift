import DirtyClient
import Foundation
import Testing

@Suite("Arguments")
struct ArgumentEncoderTests {
    private struct Shape: Encodable {
        enum Kind: String, Encodable { case round, square }
        var kind: Kind
        var sides: [Int]
        var weight: Float
        var note: String?
        var nested: [String: [Bool]]
    }

    private func arguments(_ call: DirtyCall) -> String {
        String(decoding: call.arguments, as: UTF8.self)
    }

    @Test("values of Swift's become JSON's")
    func values() throws {
        let shape = Shape(kind: .round, sides: [1, 2], weight: 0.1, note: nil, nested: ["a": [true]])
        let call = try DirtyCall("a", "b", 1, -2.5, "x", true, UInt64.max, nil as Int?, shape, [] as [Int])
        #expect(
            arguments(call)
                == #"[1,-2.5,"x",true,18446744073709551615,null,{"kind":"round","sides":[1,2],"weight":0.1,"nested":{"a":[true]}},[]]"#
        )
    }

    @Test("trees go as they are")
    func trees() throws {
        let tree: JSONValue = ["a": [1, .null, 2.5, "é"], "b": [:]]
        #expect(arguments(try DirtyCall("a", "b", tree)) == #"[{"a":[1,null,2.5,"é"],"b":{}}]"#)
        #expect(arguments(try DirtyCall("a", "b", ["in": tree])) == #"[{"in":{"a":[1,null,2.5,"é"],"b":{}}}]"#)
    }

    @Test("bytes become attachments, counted through all arguments")
    func bytes() throws {
        struct Picture: Encodable {
            let name: String
            let data: Data
        }
        let call = try DirtyCall(
            "a",
            "b",
            [1, 2] as [UInt8],
            Picture(name: "p", data: Data([3])),
            keywords: ["mask": Data([4, 5]), "all": [[6], []] as [[UInt8]]]
        )
        #expect(arguments(call) == #"[{"$attachment":0},{"name":"p","data":{"$attachment":1}}]"#)
        #expect(
            String(decoding: call.keywords, as: UTF8.self)
                == #"{"mask":{"$attachment":2},"all":[{"$attachment":3},{"$attachment":4}]}"#
        )
        #expect(call.attachments == [[1, 2], [3], [4, 5], [6], []])
    }

    @Test("types that encode by hand may use every container")
    func containers() throws {
        struct ByHand: Encodable {
            enum Key: CodingKey { case list, nothing, inner }
            func encode(to encoder: any Encoder) throws {
                var object = encoder.container(keyedBy: Key.self)
                var list = object.nestedUnkeyedContainer(forKey: .list)
                try list.encode(1)
                try list.encodeNil()
                var inList = list.nestedContainer(keyedBy: Key.self)
                try inList.encode("x", forKey: .inner)
                try object.encodeNil(forKey: .nothing)
                try "y".encode(to: object.superEncoder(forKey: .inner))
            }
        }
        #expect(
            arguments(try DirtyCall("a", "b", ByHand()))
                == #"[{"list":[1,null,{"inner":"x"}],"nothing":null,"inner":"y"}]"#
        )
    }

    @Test("a value that can't be sent is told with its place")
    func problems() throws {
        let error = try blockingCallError { () throws(DirtyCallError) in
            _ = try DirtyCall("a", "b", ["x": [1.5, Double.nan]])
        }
        #expect(error.message == "argument 1 of a.b can't be sent: at .x[1]: nan has no form in JSON")
    }
}
