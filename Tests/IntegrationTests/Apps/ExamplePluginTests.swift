import DirtyWire
import Glibc
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("The example plugins in C, C++ and Rust")
    struct ExamplePluginTests {
        /// An example, and what builds it.
        struct Example: CustomTestStringConvertible, Sendable {
            let language: String
            let compiler: String
            /// The command, from the file to be made.
            let build: @Sendable (String) -> [String]

            var testDescription: String { language }

            var isBuildable: Bool { Compilers.isThere(compiler) && Compilers.isThere(build("")[0]) }

            static let all = [
                Example(language: "c", compiler: "cc") { ["make", "LIBRARY=\($0)", "CFLAGS=-Werror"] },
                Example(language: "cpp", compiler: "c++") { ["make", "LIBRARY=\($0)", "CXXFLAGS=-Werror"] },
                Example(language: "rust", compiler: "rustc") { library in
                    [
                        "rustc", "--edition", "2021", "--crate-type", "cdylib", "-D", "warnings", "-o", library,
                        "src/lib.rs",
                    ]
                },
            ]
        }

        @Test("each builds without a warning and does what it says", arguments: Example.all.filter(\.isBuildable))
        func answers(example: Example) throws {
            let folder = try TemporaryFolder()
            let library = folder.path + "/libsample.so"
            let command = example.build(library)
            let built = try Program.run(
                command[0],
                Array(command[1...]),
                folder: "\(Products.repository)/docs/examples/plugins/\(example.language)",
                within: 300
            )
            try #require(built.status == .exited(0), "\(built.errors)")
            try Host.run(["sample=\(library)"], "--dirty-workers", "1", body: check)
        }

        private func check(_ host: Host) throws {
            let connection = try host.connect()
            #expect(try connection.call("sample", "sum", 1, 2.5, 3).doubleValue == 6.5)
            #expect(try connection.call("sample", "sum").doubleValue == 0)
            let wrong = try host.failure(of: "sample", "sum", 1, "two")
            #expect(wrong.details["status_name"] == "E_INVALID")
            #expect(wrong.message.contains("number"))
            #expect(try connection.call("sample", "calls") == 4)
            #expect(try host.failure(of: "sample", "frobnicate").details["status_name"] == "E_UNSUPPORTED")

            #expect(try connection.stream("sample", "count", 3) == [0, 1, 2])
            #expect(try connection.stream("sample", "count", 0) == [])
            #expect(try host.failure(of: "sample", "count", "x").details["status_name"] == "E_INVALID")
            let leaving = try host.connect()
            try leaving.send(.request(1, "sample", "count"))
            #expect(try leaving.receive().data == 0)
            leaving.disconnect()

            let bytes: [UInt8] = [1, 2, 0, 0xff]
            let request = JSONValue.request(1, "sample", "reverse", [["$attachment": 0]], with: ["attachments": [4]])
            try connection.send(request, attachments: [bytes])
            let reply = try connection.receive()
            #expect(try reply.result() == ["$attachment": 0])
            #expect(reply.attachments == [bytes.reversed()])
            #expect(try host.failure(of: "sample", "reverse").details["status_name"] == "E_INVALID")

            let described = try connection.ask(["type": "describe", "id": 1]).result()
            #expect("\(described)".contains("Gives bytes back in reverse order."))
        }

        @Test("what C++ throws stays inside, and arrives as an error", .enabled(if: Compilers.isThere("c++")))
        func exceptions() throws {
            let folder = try TemporaryFolder()
            let library = folder.path + "/libthrows.so"
            let built = try Program.run(
                "c++",
                [
                    "-std=c++17", "-Wall", "-Wextra", "-pedantic", "-Werror", "-shared", "-fPIC", "-pthread", "-I",
                    "\(Products.repository)/Sources/CDirtyApp/include", "-o", library,
                    "\(Products.repository)/Tests/IntegrationTests/Plugins/throws.cpp",
                ]
            )
            try #require(built.status == .exited(0), "\(built.errors)")
            try Host.run(["throws=\(library)"], "--dirty-workers", "1") { host in
                let said = try host.failure(of: "throws", "error")
                #expect(said.message == "a \"quoted\"\nmessage\u{1}")
                #expect(said.details["status_name"] == "E_BUSY")
                #expect(said.details["door"] == 3)
                #expect(try host.failure(of: "throws", "exception").details["status_name"] == "E_INTERNAL")
                #expect(try host.failure(of: "throws", "exception").message == "an ordinary exception")
                #expect(try host.failure(of: "throws", "memory").details["status_name"] == "E_NOMEM")
                #expect(try host.call("throws", "nothing") == .null)
                #expect(try host.call("throws", "deferred") == "later")
                let dropped = try host.failure(of: "throws", "dropped")
                #expect(dropped.message == "the plugin dropped the call without an answer")
                #expect(try host.failure(of: "throws", "attachment").message == "the call has no attachment 7")

                let connection = try host.connect()
                try connection.send(.request(1, "throws", "cancelled"))
                // One that is cancelled before it has begun never gets to the plugin.
                try host.log.wait(for: "waits for its cancel hook")
                _ = try connection.ask(["type": "cancel", "id": 1]).requireError()
                try host.log.wait(for: "cancel hook called")

                #expect(try host.failure(of: "throws", "poison").details["status_name"] == "E_POISONED")
                #expect(try host.call("throws", "nothing") == .null)
                host.program.signal(SIGTERM)
                try host.log.wait(for: "destroyed")
            }
            let configuration = "dirty_workers: 1\ndirty_apps: [{name: throws, path: \(library), config: 1}]\n"
            try Host.run([], configuration: configuration, waitsUntilReady: false) { host in
                try host.log.wait(for: "config must not be 1")
            }
        }
    }
}
