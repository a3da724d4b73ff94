import Testing

@testable import FFIManifest

@Suite("Holding manifests against headers")
struct VerifyingTests {
    private func signature(_ parameter: ManifestValue) throws -> [String] {
        let manifest = try Manifest(
            ManifestValue.function([parameter]).merged(
                with: [
                    "structs": ["s": ["fields": [["x", "c_int"]], "c": "struct s"]],
                    "handles": ["h": ["lib": "z", "c": "thing *"]],
                ]
            )
        )
        return CTypes(manifest: manifest).of(manifest.functions[0].parameters[0])
    }

    @Test("a type of a manifest stands for the types of C that it can be")
    func types() throws {
        #expect(try signature(["name": "x", "type": "c_long"]) == ["long"])
        #expect(try signature(["name": "x", "type": "i64"]) == ["long", "long long"])
        #expect(try signature(["name": "x", "type": "c_int", "dir": "out"]) == ["int *"])
        #expect(try signature(["name": "x", "type": "struct:s"]) == ["struct s"])
        #expect(try signature(["name": "x", "type": "ref:s", "dir": "out"]) == ["struct s *"])
        #expect(try signature(["name": "x", "type": "handle:h", "dir": "out"]) == ["thing * *"])
        #expect(try signature(["name": "x", "type": "bytes"]).contains("const void *"))
        #expect(try signature(["name": "x", "type": "bytes", "c": "png_const_bytep"]) == ["png_const_bytep"])
    }

    @Test("each entry stands under its own pointer in the program")
    func program() throws {
        let probe = HeaderProbe(try Manifest(.function([["name": "x", "type": "c_int"]])))
        #expect(probe.gaps.isEmpty)
        #expect(probe.program.contains("#line 1 \"/libraries/z/headers/0\"\n#include <zlib.h>\n"))
        #expect(
            probe.program.contains(
                "#line 1 \"/functions/f\"\n_Static_assert(__builtin_types_compatible_p(__typeof__(f), int (int)), "
            )
        )
    }

    @Test("a library without headers is a gap")
    func gaps() throws {
        let value = ManifestValue.function([]).merged(with: ["libraries": ["z": ["headers": nil]]])
        #expect(HeaderProbe(try Manifest(value)).gaps.map(\.pointer) == ["/libraries/z"])
    }

    @Test("complaints of GCC and Clang are read alike")
    func complaints() {
        let gcc = CompilerComplaints(
            """
            /functions/f:1:1: error: static assertion failed: "the header declares it otherwise"
            /functions/g:1:30: error: 'g' undeclared here (not in a function)
            /usr/include/zlib.h:5:1: error: unknown type name 'x'
            """
        )
        let clang = CompilerComplaints(
            """
            /functions/f:1:16: error: static assertion failed due to requirement '__b': the header declares it otherwise
            /functions/g:1:30: error: use of undeclared identifier 'g'
            2 errors generated.
            """
        )
        #expect(gcc.list.map(\.pointer) == ["/functions/f", "/functions/g"])
        #expect(clang.list.map(\.pointer) == ["/functions/f", "/functions/g"])
        #expect(gcc.list[0] == clang.list[0])
        #expect(gcc.others.count == 1)
    }

    @Test("an inquiry's answer says which parameter is wrong, and what it is")
    func inquiry() {
        let complaints = CompilerComplaints("/functions/f:1:1: error: static assertion failed: \"otherwise\"")
        let inquiry = CompilerComplaints(
            """
            /functions/f/params/2:1:1: error: static assertion failed: "the header says: unsigned int"
            /functions/f:1:25: error: '_Generic' selector of type 'long (*)(int)' is not compatible with any association
            """
        )
        #expect(
            complaints.problems(with: inquiry) == [
                ManifestProblem("/functions/f/params/2", "the header says unsigned int; it declares long (int)")
            ]
        )
    }
}
