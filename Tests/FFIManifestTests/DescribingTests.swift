import Testing

@testable import FFIManifest

@Suite("Functions as actions")
struct DescribingTests {
    @Test("callers see what they give and get, and nothing of lengths, constants and rooms")
    func action() throws {
        let manifest = try Manifest(
            .manifest([
                "pack": [
                    "lib": "z", "symbol": "compress2", "doc": "Packs.",
                    "params": [
                        ["name": "dest", "type": "bytes", "dir": "out", "cap": 64],
                        ["name": "destLen", "type": "c_ulong", "dir": "inout", "len_of": "dest"],
                        ["name": "source", "type": "bytes"],
                        ["name": "sourceLen", "type": "c_ulong", "len_of": "source"],
                        ["name": "level", "type": "c_int", "default": 6, "range": [-1, 9]],
                    ],
                    "result": ["type": "c_int", "check": ["ok": [0]]],
                ]
            ])
        )
        #expect(
            manifest.actions == [
                "actions": [
                    [
                        "name": "pack", "doc": "Packs.",
                        "parameters": [
                            ["name": "source", "type": "bytes", "required": true],
                            ["name": "level", "type": "integer", "required": false, "default": 6, "range": [-1, 9]],
                        ],
                        "returns": "bytes", "streams": false, "async": false, "symbol": "compress2",
                        "library": "libz.so.1",
                    ]
                ]
            ]
        )
    }

    @Test("what is returned is named where there is more than one")
    func returns() throws {
        func returned(_ parameters: ManifestValue, _ result: ManifestValue) throws -> ManifestValue? {
            guard case .array(let actions) = try Manifest(.function(parameters, result: result)).actions["actions"]
            else {
                return nil
            }
            return actions[0]["returns"]
        }
        let out: ManifestValue = ["name": "sign", "type": "c_int", "dir": "out"]
        #expect(try returned([out], ["type": "f64"]) == "{result: number, sign: integer}")
        #expect(try returned([out], ["type": "c_int", "check": ["ok": [0]]]) == "integer")
        #expect(try returned([], ["type": "c_int", "check": ["ok": [0]]]) == .some(.null))
        #expect(try returned([], ["type": "c_int", "check": ["ok": [0, 1]]]) == "integer")
        #expect(try returned([], ["type": "cstr", "nullable": true]) == "string or null")
    }
}
