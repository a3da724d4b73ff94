import DirtyWire
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("A call is answered by its app")
    struct AnswerTests {
        @Test("arguments and results pass through byte by byte")
        func untouchedValues() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                let values = [
                    "null", "true", "-0.0", "1.50", "123456789012345678901234567890", "\"\"", "\"\\u00e9\\n\\/\"",
                    "\"grüße 🦊\"", "[ 1 , 2 ]", "{\"b\": 1, \"a\": {\"b\": []}}",
                ]
                for value in values {
                    let request = #"{"type":"request","id":7,"app_path":"echo","action":"echo","args":[\#(value)]}"#
                    try connection.send(text: Array(request.utf8))
                    let answer = String(decoding: try connection.receiveText(), as: UTF8.self)
                    #expect(answer == #"{"type":"response","id":7,"result":\#(value)}"#)
                }
            }
        }

        @Test("the id comes back exactly as it came")
        func untouchedIDs() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                for id in ["0", "-1", "18446744073709551615", #""""#, #""a b""#, #""\u0041\"\\""#, #""ü🦊""#] {
                    let request = #"{"id":\#(id),"action":"echo","args":[1],"app_path":"echo","type":"request"}"#
                    try connection.send(text: Array(request.utf8))
                    let answer = String(decoding: try connection.receiveText(), as: UTF8.self)
                    #expect(answer == #"{"type":"response","id":\#(id),"result":1}"#)
                }
            }
        }

        @Test("arguments may be given by name, and members nobody knows are ignored")
        func namedArguments() throws {
            try Host.run(["counter"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                let request = JSONValue.request(
                    1,
                    "counter",
                    "increment",
                    with: ["kwargs": ["by": 40], "colour": ["red"], "traceparent": "00-0af7-b7ad-01"]
                )
                #expect(try connection.ask(request).result() == 40)
                #expect(try connection.call("counter", "increment", 2) == 42)
            }
        }

        @Test("an app keeps its state between calls, each worker its own")
        func stateByWorker() throws {
            try Host.run(["counter"], "--dirty-workers", "3") { host in
                let connection = try host.connect()
                let values = try (0..<9).map { _ in try connection.call("counter", "increment").intValue }
                #expect(values == [1, 1, 1, 2, 2, 2, 3, 3, 3])
            }
        }

        @Test("calls are spread over the workers in turn")
        func roundRobin() throws {
            try Host.run(["echo"], "--dirty-workers", "4") { host in
                let connection = try host.connect()
                for value in 0..<40 { _ = try connection.call("echo", "echo", JSONValue(value)) }
                #expect(try host.workers().map(\.callsServed) == [10, 10, 10, 10])
            }
        }

        @Test("an app may be named by its path as the operator wrote it")
        func appNamedByPath() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                let path = try Products.plugin("Echo")
                #expect(try host.call(path, "echo", "hello") == "hello")
                let error = try host.failure(of: path, "shout")
                #expect(error.details["app_path"] == .string(path))
            }
        }

        @Test("two names for one plugin are two apps, each with its own state")
        func twoAppsOfOnePlugin() throws {
            let counter = try Products.plugin("Counter")
            try Host.run(["a=\(counter)", "b=\(counter)"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                #expect(try connection.call("a", "increment", 5) == 5)
                #expect(try connection.call("b", "value") == 0)
            }
        }

        @Test("an app of N workers is on N workers")
        func workersOfAnApp() throws {
            try Host.run(["counter:1", "echo"], "--dirty-workers", "3") { host in
                #expect(try host.workers().map { $0.apps.contains("counter") }.filter { $0 }.count == 1)
                let connection = try host.connect()
                let values = try (0..<4).map { _ in try connection.call("counter", "increment").intValue }
                #expect(values == [1, 2, 3, 4])
            }
        }

        @Test("an unknown app is an error that names the apps there are")
        func unknownApp() throws {
            try Host.run(["echo", "counter"], "--dirty-workers", "1") { host in
                let error = try host.failure(of: "search", "query")
                #expect(error.type == "DirtyAppNotFoundError")
                #expect(error.executed == "no")
                #expect(error.details["error_type"] == "DirtyAppNotFoundError")
                #expect(error.details["app_path"] == "search")
                #expect(error.message.contains("echo, counter"))
            }
        }

        @Test("an unknown action and wrong arguments are errors of the app")
        func appErrors() throws {
            try Host.run(["counter"], "--dirty-workers", "1") { host in
                let errors = [
                    "E_UNSUPPORTED": try host.failure(of: "counter", "explode"),
                    "E_INVALID": try host.failure(of: "counter", "increment", "many"),
                ]
                for (status, error) in errors {
                    #expect(error.type == "DirtyAppError")
                    #expect(error.executed == "yes")
                    #expect(error.details["status_name"]?.stringValue == status)
                    #expect(error.details["app_path"] == "counter")
                    #expect(!error.message.isEmpty)
                }
                #expect(errors["E_UNSUPPORTED"]?.details["action"] == "explode")
                #expect(try host.call("counter", "value") == 0)
            }
        }
    }
}
