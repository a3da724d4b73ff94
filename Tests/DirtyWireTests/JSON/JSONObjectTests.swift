import DirtyWire
import Testing

/// Members in order, found by name.
@Suite struct JSONObjectTests {
    @Test("members are set, replaced and removed in place, below and above the number from which names are indexed")
    func members() {
        for count in [1, 15, 16, 17, 18, 100] {
            var object = JSONObject()
            for index in 0..<count { object["m\(index)"] = JSONValue(index) }
            #expect(object.count == count)
            #expect(object.keys == (0..<count).map { "m\($0)" })
            object["m0"] = "replaced"
            #expect(object["m0"] == "replaced")
            #expect(object.count == count)
            object["m0"] = nil
            #expect(object["m0"] == nil)
            #expect(object.keys == (1..<count).map { "m\($0)" })
            for index in 1..<count { #expect(object["m\(index)"] == JSONValue(index)) }
            object["absent"] = nil
            #expect(object.count == count - 1)
        }
    }

    @Test("of two members with one name in a literal the later value stays, in the place of the first")
    func literal() {
        let object: JSONObject = ["a": 1, "b": 2, "a": 3]
        #expect(JSONValue.object(object).description == #"{"a":3,"b":2}"#)
    }

    @Test("adding missing members overrides none")
    func addMissing() {
        var object: JSONObject = ["a": 1]
        object.addMissing(from: ["a": 2, "b": 3])
        #expect(object == ["a": 1, "b": 3])
    }
}
