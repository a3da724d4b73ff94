import DirtyWire
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("A wrong message harms nobody but its sender")
    struct BadMessageTests {
        /// A message, and what the host must say of it.
        private struct Case {
            let name: String
            let text: [UInt8]
            let what: String
            /// Whether the connection can't go on.
            let ends: Bool
            var id: JSONValue = .null

            init(_ name: String, _ text: String, _ what: String, ends: Bool = false, id: JSONValue = .null) {
                self.init(name, bytes: Array(text.utf8), what, ends: ends, id: id)
            }

            init(_ name: String, bytes: [UInt8], _ what: String, ends: Bool = false, id: JSONValue = .null) {
                (self.name, self.text, self.what, self.ends, self.id) = (name, bytes, what, ends, id)
            }
        }

        private static let call = #""app_path":"echo","action":"echo","args":[1]"#

        /// Messages after which nobody knows where the next begins, or should not trust it.
        private static let fatal: [Case] = [
            Case("not JSON", "hello there", "not_json", ends: true),
            Case("empty", "", "not_json", ends: true),
            Case("an array", "[1,2]", "not_json", ends: true),
            Case("cut off", #"{"type":"request","id":1,"#, "not_json", ends: true, id: 1),
            Case("with text behind it", #"{"type":"ping","id":1} x"#, "not_json", ends: true, id: 1),
            Case("with a trailing comma", #"{"type":"ping","id":1,}"#, "not_json", ends: true, id: 1),
            Case("with NaN", #"{"type":"request","id":1,\#(call),"x":NaN}"#, "not_json", ends: true, id: 1),
            Case(
                "not UTF-8",
                bytes: Array(#"{"type":"ping","id":1,"x":""#.utf8) + [0xff, 0xfe] + Array(#""}"#.utf8),
                "not_json",
                ends: true,
                id: 1
            ),
            Case(
                "nested 100,000 deep",
                #"{"type":"request","id":1,"args":"# + String(repeating: "[", count: 100_000),
                "too_large",
                ends: true,
                id: 1
            ),
            Case("with two ids", #"{"type":"ping","id":1,"id":2}"#, "duplicate_member", ends: true, id: 1),
        ]

        /// Messages that are wrong by themselves.
        private static let harmless: [Case] = [
            Case("without id", #"{"type":"request",\#(call)}"#, "missing_member"),
            Case("with null as id", #"{"type":"request","id":null,\#(call)}"#, "missing_member"),
            Case("with an object as id", #"{"type":"ping","id":{}}"#, "wrong_member"),
            Case("with a fraction as id", #"{"type":"ping","id":1.5}"#, "wrong_member"),
            Case("without type", #"{"id":1,\#(call)}"#, "missing_member", id: 1),
            Case("of unknown type", #"{"type":"shout","id":1}"#, "unknown_type", id: 1),
            Case("with a number as type", #"{"type":7,"id":1}"#, "wrong_member", id: 1),
            Case("without app", #"{"type":"request","id":1,"action":"echo"}"#, "missing_member", id: 1),
            Case("without action", #"{"type":"request","id":1,"app_path":"echo"}"#, "missing_member", id: 1),
            Case(
                "with an object as args",
                #"{"type":"request","id":1,"app_path":"echo","action":"echo","args":{}}"#,
                "wrong_member",
                id: 1
            ),
            Case("with a list as kwargs", #"{"type":"request","id":1,\#(call),"kwargs":[]}"#, "wrong_member", id: 1),
            Case("with a timeout of 0", #"{"type":"request","id":1,\#(call),"timeout":0}"#, "wrong_member", id: 1),
            Case("with a negative timeout", #"{"type":"request","id":1,\#(call),"timeout":-1}"#, "wrong_member", id: 1),
            Case("with text as timeout", #"{"type":"request","id":1,\#(call),"timeout":"1"}"#, "wrong_member", id: 1),
        ]

        @Test("it is answered by an error that says what is wrong, and ends only its own connection if any")
        func answers() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                let other = try host.connect()
                for wrong in Self.fatal + Self.harmless {
                    let connection = try host.connect()
                    try connection.send(text: wrong.text)
                    let reply = try connection.receive()
                    let error = try reply.requireError()
                    #expect(error.type == "DirtyProtocolError", "\(wrong.name)")
                    #expect(error.details["what"]?.stringValue == wrong.what, "\(wrong.name): \(error)")
                    #expect(error.executed == "no", "\(wrong.name)")
                    #expect(reply.id == wrong.id, "\(wrong.name)")
                    if wrong.ends {
                        #expect(connection.isEnded(), "\(wrong.name)")
                    } else {
                        #expect(try connection.call("echo", "echo", "on") == "on", "\(wrong.name)")
                    }
                    #expect(try other.call("echo", "echo", "still here") == "still here")
                }
            }
        }

        @Test("where a mistake is, is told by its byte")
        func place() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                try connection.send(text: Array(#"{"type":"ping","id":1,}"#.utf8))
                #expect(try connection.receive().requireError().details["where"] == 22)
            }
        }

        @Test(
            "a frame beyond the limit is refused by its length alone",
            arguments: [(64 << 20) + 1, 1 << 31, 0xffff_ffff]
        )
        func tooLong(length: Int) throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                try connection.send(Connection.lengthPrefix(length))
                #expect(try connection.receive().requireError().details["what"] == "too_large")
                #expect(connection.isEnded())
                #expect(try host.call("echo", "echo", 1) == 1)
            }
        }

        @Test("the limit is a setting")
        func limit() throws {
            try Host.run(["echo"], "--dirty-workers", "1", "--dirty-max-frame", "2KiB") { host in
                let text = String(repeating: "x", count: 2048)
                #expect(
                    try host.call("echo", "echo", .string(String(text.prefix(1500)))).stringValue?.utf8.count == 1500
                )
                let error = try host.failure(of: "echo", "echo", .string(text))
                #expect(error.details["what"] == "too_large")
            }
        }

        @Test("a result beyond the limit is an error of the app, and its worker lives on")
        func tooLongResult() throws {
            try Host.run(["bench", "counter"], "--dirty-workers", "1", "--dirty-max-frame", "64KiB") { host in
                let pid = try host.call("counter", "pid")
                let error = try host.failure(of: "bench", "payload_task", 100_000)
                #expect(error.type == "DirtyAppError")
                #expect(error.details["status_name"] == "E_TOO_LARGE")
                #expect(try host.call("counter", "pid") == pid)
            }
        }
    }
}
