import DirtyWire
import Foundation
import Glibc
import TestSupport
import Testing

/// `dirty call` and `dirty status` against a host that a script plays.
@Suite("dirty call")
struct CallProgramTests {
    private func dirty(_ host: ScriptedHost, _ arguments: String...) throws -> Outcome {
        try Program.run(Products.path("dirty"), arguments, environment: ["DIRTY_SOCKET": host.socketPath])
    }

    @Test("the result is JSON on one line, with exit code 0")
    func result() throws {
        let folder = try TemporaryFolder()
        let host = try ScriptedHost(in: folder) { connection in
            _ = try connection.message()
            try connection.send("{\"type\":\"response\",\"id\":1,\"result\":{\n  \"a b\": [1, 2.50]\n}}")
        }
        let outcome = try dirty(host, "call", "app", "act", "5", "x", "--kw", "k=[1]", "--timeout", "2")
        #expect(outcome.status == .exited(0))
        #expect(outcome.output == "{\"a b\":[1,2.50]}\n")
        #expect(outcome.errors.isEmpty)
        #expect(
            host.log.messages == [
                [
                    "type": "request", "id": 1, "app_path": "app", "action": "act", "timeout": 2.0, "args": [5, "x"],
                    "kwargs": ["k": [1]],
                ]
            ]
        )
    }

    @Test("chunks are a line each")
    func stream() throws {
        let folder = try TemporaryFolder()
        let host = try ScriptedHost(in: folder) { connection in
            _ = try connection.message()
            try connection.send(#"{"type":"chunk","id":1,"data":"a"}"#)
            try connection.send(#"{"type":"chunk","id":1,"data":{"b": 1}}"#)
            try connection.send(#"{"type":"end","id":1}"#)
        }
        let outcome = try dirty(host, "call", "app", "act", "--stream")
        #expect(outcome.status == .exited(0))
        #expect(outcome.output == "\"a\"\n{\"b\":1}\n")
        let wrong = try dirty(host, "call", "app", "act")
        #expect(wrong.status == .exited(1))
        #expect(wrong.errors.contains("add --stream to see its chunks"))
    }

    @Test("an error is told on stderr with type, message and executed, and has exit code 1")
    func error() throws {
        let folder = try TemporaryFolder()
        let host = try ScriptedHost(in: folder) { connection in
            _ = try connection.message()
            try connection.send(
                #"{"type":"error","id":1,"error":{"error_type":"DirtyAppError","message":"no such fox","#
                    + #""details":{"error_type":"DirtyAppError","executed":"yes","status":-3,"status_name":"E_NOT_FOUND"}}}"#
            )
        }
        let outcome = try dirty(host, "call", "app", "act")
        #expect(outcome.status == .exited(1))
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors == "DirtyAppError: no such fox\nexecuted: yes\nstatus: -3\nstatus_name: E_NOT_FOUND\n")
    }

    @Test("files go along and come back")
    func files() throws {
        let folder = try TemporaryFolder()
        let host = try ScriptedHost(in: folder) { connection in
            let sizes = try connection.message()["attachments"]?.arrayValue?.compactMap(\.intValue) ?? []
            let bytes = try connection.bytes(sizes[0])
            try connection.send(
                #"{"type":"response","id":1,"attachments":[\#(bytes.count)],"result":{"$attachment":0}}"#,
                attachments: [bytes.reversed()]
            )
        }
        try folder.write("abc", to: "in")
        let outcome = try dirty(
            host,
            "call",
            "app",
            "act",
            "--attach",
            folder.path + "/in",
            "--output",
            folder.path + "/out"
        )
        #expect(outcome.status == .exited(0))
        #expect(try String(contentsOfFile: folder.path + "/out", encoding: .utf8) == "cba")
        let missing = try dirty(host, "call", "app", "act", "--attach", folder.path + "/none")
        #expect(missing.status == .exited(2))
        #expect(missing.errors == "--attach: \(folder.path)/none can't be read: No such file or directory\n")
    }

    @Test("an interrupt cancels the call, and a second one leaves at once", arguments: [SIGINT, SIGTERM])
    func interrupt(signal: Int32) throws {
        let folder = try TemporaryFolder()
        let host = try ScriptedHost(in: folder) { connection in
            let call = try connection.message()
            let cancel = try connection.message()
            guard call["action"] == "heeds" else { return connection.waitForEnd() }
            try connection.send(
                #"{"type":"error","id":\#(cancel["id"] ?? .null),"error":{"error_type":"DirtyCancelledError","#
                    + #""message":"cancelled","details":{"executed":"maybe"}}}"#
            )
        }
        let heeded = try Program(
            Products.path("dirty"),
            ["call", "app", "heeds"],
            environment: ["DIRTY_SOCKET": host.socketPath]
        )
        try host.log.wait { $0.count == 1 }
        heeded.signal(signal)
        #expect(try heeded.wait() == .exited(1))
        #expect(try heeded.errors.whole() == "DirtyCancelledError: cancelled\nexecuted: maybe\n")
        #expect(host.log.messages.last == ["type": "cancel", "id": 1])
        let unheeded = try Program(
            Products.path("dirty"),
            ["call", "app", "ignores"],
            environment: ["DIRTY_SOCKET": host.socketPath]
        )
        try host.log.wait { $0.count == 3 }
        unheeded.signal(signal)
        try host.log.wait { $0.count == 4 }
        unheeded.signal(signal)
        #expect(try unheeded.wait() == .exited(128 + signal))
    }

    @Test("status is a table, or JSON; --wait waits until the host is ready, or gives up")
    func status() throws {
        let folder = try TemporaryFolder()
        let host = try ScriptedHost(in: folder) { connection in
            while true {
                let message = try connection.message()
                // Ready from the fourth question on.
                let isReady = (message["id"]?.intValue ?? 0) > 3
                try connection.send(
                    #"{"type":"response","id":\#(message["id"] ?? .null),"result":{"state":"serving","ready":\#(isReady),"workers":[]}}"#
                )
            }
        }
        #expect(
            try dirty(host, "status").output.hasPrefix("dirty-host -, pid -, serving, not every worker ready, up -")
        )
        #expect(
            try dirty(host, "status", "--json").output == "{\"state\":\"serving\",\"ready\":false,\"workers\":[]}\n"
        )
        let waited = try dirty(host, "status", "--json", "--wait", "60")
        #expect(waited.status == .exited(0))
        #expect(waited.output == "{\"state\":\"serving\",\"ready\":true,\"workers\":[]}\n")
        let tired = try dirty(host, "status", "--json", "--wait", "0")
        #expect(tired.status == .exited(1))
        #expect(tired.errors == "not every worker is ready after 0.0 s\n")
        host.stop()
        let alone = try dirty(host, "status", "--wait", "0.1")
        #expect(alone.status == .exited(1))
        #expect(alone.errors.hasPrefix("no host answers after 0.1 s\n"))
    }
}
