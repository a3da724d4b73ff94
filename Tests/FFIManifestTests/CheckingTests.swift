import Testing

@testable import FFIManifest

@Suite("Checking manifests")
struct CheckingTests {
    private func first(_ value: ManifestValue) -> String { problems(value).first ?? "nothing" }

    private func parameter(_ parameter: ManifestValue, _ others: ManifestValue...) -> String {
        first(.function(.array([parameter] + others)))
    }

    @Test("a name that leads nowhere is told")
    func names() {
        #expect(parameter(["name": "x", "type": "struct:s"]) == "/functions/f/params/0/type: there is no struct \"s\"")
        #expect(parameter(["name": "x", "type": "handle:h"]) == "/functions/f/params/0/type: there is no handle \"h\"")
        #expect(
            parameter(["name": "x", "type": "callback:c"]) == "/functions/f/params/0/type: there is no callback \"c\""
        )
        #expect(first(.function([], ["lib": "y"])) == "/functions/f/lib: there is no library \"y\"; there are: z")
    }

    @Test(
        "functions that reach beyond their call are refused, wherever they are named",
        arguments: [
            "execve", "fork", "vfork", "system", "exit", "_exit", "abort", "dlopen", "signal", "sigaction", "setuid",
            "setresgid",
            "pthread_create", "longjmp", "_longjmp", "kill", "raise", "posix_spawn", "__longjmp_chk", "ptrace",
            "popen",
        ]
    )
    func refused(symbol: String) {
        #expect(
            first(.function([], ["symbol": .string(symbol)])).hasPrefix(
                "/functions/f/symbol: \(symbol) can't be called"
            )
        )
        let own: ManifestValue = ["name": "x", "type": "cstr", "dir": "out", "own": .string("free:\(symbol)")]
        #expect(parameter(own).hasPrefix("/functions/f/params/0/own: \(symbol) can't be called"))
        let cap: ManifestValue = ["name": "x", "type": "bytes", "dir": "out", "cap": ["fn": .string(symbol)]]
        #expect(parameter(cap).hasPrefix("/functions/f/params/0/cap/fn: \(symbol) can't be called"))
    }

    @Test(
        "ordinary functions aren't",
        arguments: ["compress2", "free", "sqlite3_exec", "getenv", "exp", "forkbeard", "sigma"]
    )
    func allowed(symbol: String) {
        #expect(RefusedSymbols.reason(against: symbol) == nil)
    }

    @Test("a library says which symbols may be used")
    func symbolsOnly() {
        let value = ManifestValue.function([]).merged(with: ["libraries": ["z": ["symbols_only": ["g"]]]])
        #expect(first(value) == "/functions/f/symbol: f is not among the symbols_only of z: g")
    }

    @Test("printf's format is const, and its conversions are the parameters that follow")
    func formats() {
        func format(_ format: ManifestValue, _ type: ManifestValue...) -> String {
            var parameters: [ManifestValue] = [
                ["name": "b", "type": "cstr", "dir": "out", "cap": 64], ["name": "n", "type": "c_size", "len_of": "b"],
                ManifestValue.object([.init("name", "f"), .init("type", "cstr")]).merged(with: format),
            ]
            for (index, type) in type.enumerated() { parameters.append(["name": "p\(index)", "type": type]) }
            return first(.function(.array(parameters), ["symbol": "snprintf", "variadic_after": 3]))
        }
        #expect(format(["const": "%.3f"], "f64") == "nothing")
        #expect(format(["const": "%d %5ld%% %s %zu"], "c_int", "c_long", "cstr", "c_size") == "nothing")
        #expect(format([:], "f64").contains("must be \"const\""))
        #expect(format(["const": "%d"], "f64").contains("%d takes an integer of 4 bytes"))
        #expect(format(["const": "%d"], "c_long").contains("%d takes an integer of 4 bytes"))
        #expect(format(["const": "%s%s"], "cstr").contains("2 conversions, and 1 parameters"))
        #expect(format(["const": "%n"], "c_int").contains("%n is not among"))
        #expect(format(["const": "%*d"], "c_int", "c_int").contains("is not among"))
        #expect(format(["const": "%"], "c_int").contains("ends within"))
        #expect(first(.function([], ["symbol": "printf"])).contains("say \"variadic_after\""))
        #expect(first(.function([], ["symbol": "vsnprintf"])).contains("va_list"))
    }

    @Test(
        "what C changes on its way through ... is refused there",
        arguments: [
            ("f32", "f64"), ("i8", "c_int"), ("u16", "c_int"), ("c_bool", "c_int"), ("c_char", "c_int"),
            ("c_short", "c_int"),
        ]
    )
    func promotions(type: String, instead: String) {
        let value = ManifestValue.function(
            [["name": "a", "type": "c_int"], ["name": "b", "type": .string(type)]],
            ["variadic_after": 1]
        )
        #expect(
            first(value)
                == "/functions/f/params/1/type: C passes no \(type) through ...; say \(instead), which it becomes"
        )
        #expect(
            problems(
                .function(
                    [["name": "a", "type": .string(type)], ["name": "b", "type": "f64"]],
                    ["variadic_after": 1]
                )
            ).isEmpty
        )
    }

    @Test("what comes out has room, or a maker")
    func room() {
        #expect(parameter(["name": "x", "type": "bytes", "dir": "out"]).contains("says no \"cap\""))
        #expect(parameter(["name": "x", "type": "array:f64", "dir": "out"]).contains("says no \"cap\""))
        #expect(parameter(["name": "x", "type": "bytes", "cap": 5]).contains("have room made for them"))
        #expect(parameter(["name": "x", "type": "cstr", "dir": "out"]) == "nothing")
        #expect(parameter(["name": "x", "type": "cstr", "dir": "inout"]).contains("say bytes"))
        #expect(
            parameter(["name": "x", "type": "array:f64", "dir": "inout", "cap": 5]).contains("room that it came with")
        )
        let filled: ManifestValue = ["name": "x", "type": "bytes", "dir": "out", "cap": 5, "filled": "result"]
        #expect(parameter(filled) == "nothing")
        #expect(first(.function([filled], result: ["type": "void"])).contains("is no integer"))
        let made: ManifestValue = ["name": "x", "type": "bytes", "dir": "out"]
        #expect(parameter(made, ["name": "n", "type": "c_size", "len_of": "x", "dir": "out"]) == "nothing")
        #expect(parameter(made, ["name": "n", "type": "c_size", "len_of": "x"]).contains("says no \"cap\""))
    }

    @Test("defaults and constants suit their types")
    func values() {
        #expect(parameter(["name": "x", "type": "u8", "default": 256]).contains("from 0 to 255 for a u8, got 256"))
        #expect(parameter(["name": "x", "type": "cstr", "default": 5]).contains("should be a string for a cstr"))
        #expect(parameter(["name": "x", "type": "cstr", "const": nil]).contains("isn't nullable"))
        #expect(parameter(["name": "x", "type": "cstr", "const": nil, "nullable": true]) == "nothing")
        #expect(parameter(["name": "x", "type": "f64", "nullable": true]).contains("only a pointer can be null"))
        #expect(parameter(["name": "x", "type": "c_bool", "default": 1]).contains("true or false"))
        #expect(parameter(["name": "x", "type": "f64", "default": 1, "const": 1]).contains("has no default"))
    }

    @Test("structs don't contain themselves")
    func recursion() {
        let value = ManifestValue.function([]).merged(
            with: ["structs": ["a": ["fields": [["x", "struct:b"]]], "b": ["fields": [["y", "struct:a"]]]]]
        )
        #expect(first(value).contains("would contain itself"))
    }

    @Test("handles, checks and messages are only where they mean something")
    func places() {
        #expect(parameter(["name": "x", "type": "f64", "consume": true]).contains("only a handle"))
        #expect(parameter(["name": "x", "type": "f64", "on_error": "free"]).contains("only a handle"))
        #expect(first(.function([], result: ["type": "f64", "check": ["ok": [0]]])).contains("only an integer result"))
        #expect(first(.function([], result: ["type": "c_int", "check": ["nonnull": true]])).contains("only a pointer"))
        #expect(first(.function([], result: ["type": "bytes"])).contains("says no \"len\""))
        #expect(first(.function([], result: ["type": "array:f64"])).contains("can't return array:f64"))
        #expect(
            first(.function([["name": "x", "type": "cstr"]], result: ["type": "c_int", "message": ["param": "x"]]))
                .contains("no cstr that comes out")
        )
    }

    @Test("callbacks collect parameters that are there, with counts that are integers")
    func callbacks() {
        func callback(_ callback: ManifestValue) -> String {
            let whole: ManifestValue = ["params": ["null", "c_int", "cstr[#1]?", "cstr[#1]"], "result": "c_int"]
            return first(ManifestValue.function([]).merged(with: ["callbacks": ["c": whole.merged(with: callback)]]))
        }
        #expect(callback(["collect": ["values": 2, "keys": 3]]) == "nothing")
        #expect(callback(["collect": ["values": 2]]).contains("belong together"))
        #expect(callback(["collect": ["value": 0]]).contains("isn't there, or is null"))
        #expect(callback(["collect": ["values": 2, "keys": 1]]).contains("is no cstr[#N]"))
        #expect(callback(["params": ["null", "f64", "cstr[#1]"]]).contains("#1 is no integer parameter"))
        #expect(callback(["params": ["cstr[1]"]]).contains("is no parameter of a callback"))
        #expect(callback(["return": 1e9]).contains("should be an integer"))
        #expect(callback(["result": "void", "return": 1]).contains("returns nothing"))
    }
}
