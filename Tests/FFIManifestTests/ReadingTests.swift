import Testing

@testable import FFIManifest

@Suite("Reading manifests")
struct ReadingTests {
    /// A manifest and the one mistake in it.
    struct Sample: Sendable, CustomStringConvertible {
        let value: ManifestValue
        let problem: String
        var description: String { problem }

        init(_ value: ManifestValue, _ problem: String) {
            self.value = value
            self.problem = problem
        }
    }

    private static let number: ManifestValue = ["name": "x", "type": "f64"]

    @Test(
        "a mistake is told with its JSON pointer, the value and the remedy",
        arguments: [
            Sample([], "/: should be an object, got an array"),
            Sample(["dirty_ffi": 1, "functions": [:]], "/: the member \"libraries\" is missing"),
            Sample(
                .manifest(["f": ["lib": "z", "params": [], "result": ["type": "void"]]], ["dirty_ffi": 2]),
                "/dirty_ffi: should be 1"
            ),
            Sample(.manifest([:]), "/functions: has no function"),
            Sample(.manifest(["f": 5]), "/functions/f: should be an object, got 5"),
            Sample(.function([number], ["sybmol": "f"]), "/functions/f/sybmol: is not a member that belongs here"),
            Sample(.function([["name": "x"]]), "/functions/f/params/0: the member \"type\" is missing"),
            Sample(
                .function([["name": "x", "type": "int"]]),
                "/functions/f/params/0/type: \"int\" is no type; there are i8"
            ),
            Sample(
                .function([["name": "x", "type": "pointer"]]),
                "/functions/f/params/0/type: \"pointer\" is no type"
            ),
            Sample(
                .function([["name": "x", "type": "f64", "dir": "up"]]),
                "/functions/f/params/0/dir: should be one of \"in\", \"out\", \"inout\""
            ),
            Sample(
                .function([["name": "x", "type": "f64", "range": [2, 1]]]),
                "/functions/f/params/0/range: should be [least, greatest]"
            ),
            Sample(.function([number, number]), "/functions/f/params/0: there are two parameters named \"x\""),
            Sample(
                .function([["name": "n", "type": "c_int", "len_of": "b"]]),
                "/functions/f/params/0/len_of: there is no parameter \"b\"; there are: n"
            ),
            Sample(
                .function([number], result: ["type": "c_int", "names": ["x": "X"]]),
                "/functions/f/result/names/x: \"x\" is no integer"
            ),
            Sample(
                .function([], result: ["type": "c_int", "check": ["ok": []]]),
                "/functions/f/result/check/ok: a list of good results has at least one"
            ),
            Sample(.function([number], ["symbol": "a b"]), "/functions/f/symbol: \"a b\" is no name of a C function"),
            Sample(
                .manifest(
                    ["f": ["lib": "z", "params": [], "result": ["type": "void"]]],
                    ["libraries": ["z": ["sha256": "abc"]]]
                ),
                "/libraries/z/sha256: should be 64 hexadecimal digits"
            ),
            Sample(.manifest(["a/b~c": ["lib": "z"]]), "/functions/a~1b~0c: the member \"params\" is missing"),
            Sample(
                .function([number], ["timeout_ms": 0]),
                "/functions/f/timeout_ms: should be an integer from 1 to 86400000, got 0"
            ),
        ]
    )
    func mistakes(sample: Sample) {
        #expect(problems(sample.value).contains { $0.hasPrefix(sample.problem) }, "\(problems(sample.value))")
    }

    @Test("all mistakes are told at once")
    func all() {
        let list = problems(
            .manifest([
                "f": ["lib": "z", "params": [["name": "x", "type": "int"]], "result": ["type": "c_int"]],
                "g": [
                    "lib": "z", "params": [["name": "y", "type": "long", "max": -1]], "result": ["type": "nothing"],
                ],
            ])
        )
        #expect(list.count >= 3)
        #expect(list.contains { $0.hasPrefix("/functions/f/params/0/type") })
        #expect(list.contains { $0.hasPrefix("/functions/g/params/0/type") })
    }

    @Test("a function has at most 16 parameters")
    func many() {
        let parameters = (0..<17).map { index -> ManifestValue in ["name": "p\(index)", "type": "c_int"] }
        #expect(problems(.function(.array(Array(parameters.prefix(16))))).isEmpty)
        #expect(
            problems(.function(.array(parameters))) == [
                "/functions/f/params: has 17 parameters; a function here has at most 16"
            ]
        )
    }

    @Test(
        "a type is written as it is read",
        arguments: [
            "i8", "c_size", "cstr", "bytes", "array:f64", "array:struct:s", "array:cstr", "struct:s", "ref:s",
            "handle:h", "callback:c",
            "null", "void",
        ]
    )
    func types(text: String) {
        #expect(ManifestType(text)?.text == text)
        #expect(ManifestType(text + ":") == nil || text.contains(":"))
        for wrong in ["array:", "array:bytes", "array:array:i8", "struct:", "ref", "ptr", ""] {
            #expect(ManifestType(wrong) == nil)
        }
    }

    @Test("a patch takes the place of what it names, and null takes it away")
    func patch() {
        let value: ManifestValue = ["a": ["b": 1, "c": 2], "d": [1, 2]]
        #expect(value.merged(with: ["a": ["b": 3, "e": ["f": nil]], "d": nil]) == ["a": ["b": 3, "c": 2, "e": [:]]])
        #expect(value.merged(with: [:]) == value)
    }
}
