import DirtyWire
import TestSupport
import Testing

extension IntegrationTests {
    /// C libraries served by manifests, as users serve them.
    @Suite("C libraries as apps")
    struct LibraryTests {
        private let manifests = Products.repository + "/Plugins/ffi/"

        private func dirty(_ arguments: String..., host: Host? = nil) throws -> Outcome {
            try Program.run(
                Products.path("dirty"),
                arguments,
                environment: host.map { ["DIRTY_SOCKET": $0.socketPath] } ?? [:]
            )
        }

        /// A manifest of sqrt and of what else is said.
        private func manifest(_ more: String, strict: Bool = false) -> String {
            """
            {
              "dirty_ffi": 1, "strict": \(strict),
              "libraries": {
                "m": {"soname": "libm.so.6", "headers": ["math.h"], "defines": ["_GNU_SOURCE"]},
                "c": {"soname": "libc.so.6", "headers": ["string.h", "unistd.h"], "defines": ["_GNU_SOURCE"]}
              },
              "functions": {
                "sqrt": {"lib": "m", "params": [{"name": "x", "type": "f64"}], "result": {"type": "f64"}},
                \(more)
              }
            }
            """
        }

        /// A folder with such a manifest, `small.json`.
        private func folder(_ more: String, strict: Bool = false) throws -> TemporaryFolder {
            let folder = try TemporaryFolder()
            try folder.write(manifest(more, strict: strict), to: "small.json")
            return folder
        }

        /// frexp with its pointer taken for a number: it writes to whatever address the caller says.
        private let wrongSignature = """
            "frexp": {
              "lib": "m", "params": [{"name": "x", "type": "f64"}, {"name": "exponent", "type": "c_int"}],
              "result": {"type": "f64"}
            }
            """

        @Test("every manifest that ships answers 'dirty call', by its app's name and by its path")
        func shipped() throws {
            try Host.run([manifests], "--dirty-workers", "1") { host in
                let calls: [([String], String)] = [
                    (["m", "pow", "2", "10"], "1024.0"),
                    (["m", "lgamma_r", "0.5"], "{\"result\":0.5723649429247001,\"sign\":1}"),
                    (["zlib", "crc32", "0", #"{"$base64":"MTIzNDU2Nzg5"}"#], "3421780262"),
                    ([manifests + "zlib.json", "compressBound", "100"], "113"),
                    (["c", "div", "7", "--kw", "den=2"], #"{"quot":3,"rem":1}"#),
                    (["c", "strtol", "\"12 apples\""], #"{"result":12,"end":" apples"}"#),
                    (
                        ["openssl", "sha256", #"{"$base64":""}"#],
                        #"{"$base64":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}"#
                    ),
                ]
                for (arguments, answer) in calls {
                    let outcome = try Program.run(
                        Products.path("dirty"),
                        ["call"] + arguments,
                        environment: ["DIRTY_SOCKET": host.socketPath]
                    )
                    #expect(outcome.output == answer + "\n", "\(arguments) \(outcome.errors)")
                }
                let db = try dirty("call", "sqlite3", "open", ":memory:", host: host).output
                let rows = try dirty("call", "sqlite3", "exec", db, "select 1 as one, null as none", host: host)
                #expect(rows.output == "[{\"one\":\"1\",\"none\":null}]\n")
                let document = try dirty("call", "xml2", "read", #"{"$base64":"PGE+aGk8L2E+"}"#, host: host).output
                let context = try dirty("call", "xml2", "xpath_context", document, host: host).output
                let found = try dirty("call", "xml2", "xpath", "/a", context, host: host).output
                #expect(try dirty("call", "xml2", "xpath_text", found, host: host).output == "\"hi\"\n")
            }
        }

        @Test("describe and inspect list a library's functions as actions")
        func actions() throws {
            try Host.run([manifests + "zlib.json", "echo"], "--dirty-workers", "1") { host in
                let answer = try host.connect().ask(["type": "describe", "id": 1]).result()
                let zlib = try #require(answer["apps"]?.arrayValue?.first)
                #expect(zlib["name"] == "zlib")
                #expect(zlib["path"] == .string(manifests + "zlib.json"))
                let names = zlib["actions"]?.arrayValue?.compactMap { $0["name"]?.stringValue }
                #expect(names?.contains("compress2") == true)
            }
            let outcome = try dirty("inspect", manifests + "zlib.json")
            #expect(outcome.status == .exited(0))
            #expect(outcome.output.hasPrefix("zlib "))
            #expect(outcome.output.contains("  compress2(source: bytes, level: integer = 6) -> bytes"))
            let json = try JSONValue(parsing: dirty("inspect", manifests + "zlib.json", "--json").output)
            #expect(json["manifest"]?["actions"]?.arrayValue?.count == 6)
        }

        @Test("every manifest that ships is as the headers declare it, for each compiler", arguments: ["cc", "clang"])
        func verified(compiler: String) throws {
            for name in ["libm", "zlib", "sqlite3", "libc", "openssl", "libxml2"] {
                let outcome = try dirty("ffi", "verify", "\(manifests)\(name).json", "--cc", compiler)
                #expect(outcome.status == .exited(0), "\(outcome.errors)")
                #expect(outcome.output.hasSuffix("as the headers declare them\n"))
            }
        }

        @Test("a wrong signature is caught by verify, which names the entry and what the header says")
        func wrongIsCaught() throws {
            let path = try folder(wrongSignature)
            let outcome = try dirty("ffi", "verify", path.path + "/small.json")
            #expect(outcome.status == .exited(1))
            #expect(outcome.errors.contains("small.json: /functions/frexp/params/1: the header says int *"))
            #expect(!outcome.errors.contains("sqrt"))
        }

        @Test("without verify, a wrong signature's crash costs one worker and one error, nothing else")
        func wrongCrashes() throws {
            let folder = try folder(wrongSignature)
            try Host.run([folder.path + "/small.json", "counter"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                #expect(try connection.call("small", "sqrt", 16) == 4.0)
                let first = try host.workers()[0].id
                let error = try #require(try connection.ask(.request(1, "small", "frexp", [2.5, 8])).error)
                #expect(error.type == "DirtyWorkerError")
                #expect(error.executed == "maybe")
                #expect(error.details["signal"] == 11)
                #expect(error.details["traceback"]?.stringValue?.contains("frexp") == true)
                #expect(try connection.call("small", "sqrt", 25) == 5.0)
                #expect(try connection.call("counter", "increment") == 1)
                #expect(try host.status()["slots"]?.arrayValue?.map { $0["restarts"] } == [1])
                #expect(try host.workers()[0].id != first)
            }
        }

        @Test("with strict, a write beyond a buffer is a crash at once, and not somebody else's memory")
        func strict() throws {
            // A manifest that promises more room than it makes.
            let overrun = """
                "memfrob": {
                  "lib": "c",
                  "params": [{"name": "bytes", "type": "bytes", "dir": "out", "cap": 3}, {"name": "n", "type": "c_size"}],
                  "result": {"type": "null"}
                }
                """
            let folder = try folder(overrun, strict: true)
            try Host.run([folder.path + "/small.json"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                #expect(try connection.call("small", "memfrob", 3) == ["$base64": "Kioq"])
                let error = try #require(try connection.ask(.request(1, "small", "memfrob", [4])).error)
                #expect(error.type == "DirtyWorkerError")
                #expect(error.details["signal"] == 11)
            }
        }

        @Test("a function that runs beyond its timeout_ms ends its worker, with a trace of where it was")
        func timeLimit() throws {
            let sleep = """
                "sleep": {
                  "lib": "c", "timeout_ms": 100, "params": [{"name": "seconds", "type": "c_uint"}],
                  "result": {"type": "c_uint"}
                }
                """
            let folder = try folder(sleep)
            try Host.run([folder.path + "/small.json"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                #expect(try connection.call("small", "sleep", 0) == 0)
                let error = try #require(try connection.ask(.request(1, "small", "sleep", [60])).error)
                #expect(error.type == "DirtyWorkerError")
                #expect(error.details["signal"] == 6)
                #expect(try connection.call("small", "sqrt", 4) == 2.0)
            }
        }

        @Test("an app's config changes the manifest it goes with, and mistakes in either are told before the start")
        func configuration() throws {
            let folder = try folder(wrongSignature)
            let patch = """
                dirty_workers: 1
                dirty_apps:
                  - name: maths
                    path: \(folder.path)/small.json
                    config:
                      functions:
                        frexp: null
                        fabs: {lib: m, params: [{name: x, type: f64}], result: {type: f64}}
                """
            try Host.run([], configuration: patch) { host in
                let connection = try host.connect()
                #expect(try connection.call("maths", "fabs", -27) == 27.0)
                #expect(throws: CallError.self) { try connection.call("maths", "frexp", 2.5, 8) }
            }
            try folder.write(
                "{\"dirty_ffi\": 1, \"libraries\": {}, \"functions\": {\"f\": {\"lib\": \"x\"}}}",
                to: "bad.json"
            )
            let outcome = try dirty("serve", folder.path + "/bad.json")
            #expect(outcome.status == .exited(2))
            #expect(outcome.errors.contains("bad.json: /functions/f: the member \"params\" is missing"))
        }

        @Test("a reload reads the manifest again, and nothing changes if it can't be performed")
        func reload() throws {
            let folder = try folder(wrongSignature)
            let manifest = manifest(wrongSignature)
            try Host.run([folder.path + "/small.json"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                try folder.write(manifest.replacing("\"sqrt\"", with: "\"ceil\""), to: "small.json")
                #expect(try dirty("reload", host: host).status == .exited(0))
                #expect(try connection.call("small", "ceil", 1.5) == 2.0)
                try folder.write(manifest.replacing("\"sqrt\"", with: "\"no_such\""), to: "small.json")
                #expect(try dirty("reload", host: host).status == .exited(1))
                #expect(try connection.call("small", "ceil", 2.5) == 3.0)
            }
        }

        @Test("handles live on one worker: with affinity calls find it, and without it the error says so")
        func affinity() throws {
            try Host.run([manifests + "sqlite3.json"], "--dirty-workers", "3") { host in
                let connection = try host.connect()
                func call(_ action: String, _ args: [JSONValue], _ affinity: JSONValue?) throws -> Reply {
                    try connection.ask(
                        .request(1, "sqlite3", action, args, with: affinity.map { ["affinity": $0] } ?? [:])
                    )
                }
                let db = try call("open", [":memory:"], "mine").result()
                for _ in 0..<9 { _ = try call("errmsg", [db], "mine").result() }
                let errors = try (0..<6).compactMap { _ in try call("errmsg", [db], nil).error }
                #expect(errors.count == 4)
                for _ in 0..<6 {
                    let text = try dirty("call", "sqlite3", "errmsg", db.description, "--affinity", "mine", host: host)
                    #expect(text.output == "\"not an error\"\n", "\(text.errors)")
                }
                #expect(
                    errors.allSatisfy { $0.details["code"] == "foreign_handle" && $0.message.contains("\"affinity\"") }
                )
            }
        }
    }
}
