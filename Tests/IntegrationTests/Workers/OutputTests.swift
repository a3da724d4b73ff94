import DirtyWire
import Glibc
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("What plugins print")
    struct OutputTests {
        @Test("lines and log messages are in the host's log, with their worker and level")
        func log() throws {
            let plugin = try CPlugin(compiling: "printing")
            try Host.run(["printing=\(plugin.path)"], "--dirty-workers", "1") { host in
                #expect(try host.call("printing", "print") == .null)
                try host.log.wait(for: "stdout of a plugin")
                try host.log.wait(for: "stderr of a plugin")
                try host.log.wait(for: "a warning in two lines")
                let lines = host.log.text.split(separator: "\n")
                let printed = try #require(lines.first { $0.contains("stdout of a plugin") })
                #expect(printed.contains("worker=1"))
                let warning = try #require(lines.first { $0.contains("a warning") })
                #expect(warning.contains("WARNING"))
                #expect(warning.contains("printing"))
            }
        }

        @Test("the end of it is in the error of a call that its worker died of")
        func tail() throws {
            let plugin = try CPlugin(compiling: "printing")
            try Host.run(["printing=\(plugin.path)"], "--dirty-workers", "1") { host in
                let error = try host.failure(of: "printing", "die")
                #expect(error.type == "DirtyWorkerError")
                let tail = try #require(error.details["output_tail"]?.stringValue)
                #expect(tail.hasSuffix("last words"))
                #expect(tail.utf8.count <= 4096)
            }
        }

        @Test("a plugin that prints lines without end slows nobody else down")
        func endlessLines() throws {
            let plugin = try CPlugin(compiling: "printing")
            try Host.run(["printing=\(plugin.path)"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                func median() throws -> Duration {
                    let times = try (0..<51).map { _ in
                        try ContinuousClock().measure { _ = try connection.ask(["type": "ping", "id": 1]) }
                    }
                    return times.sorted()[25]
                }
                let printing = try host.connect()
                try printing.send(.request(1, "printing", "print_without_end"))
                try host.log.wait(for: "lines left out")
                // The best of three, as what else the machine does may slow one down.
                let busy = try #require(try (0..<3).map { _ in try median() }.min())
                kill(try #require(try host.workerPIDs().first), SIGKILL)
                _ = try printing.receive()
                // A host that builds a text of every line takes 50 ms and more.
                #expect(busy < max(.milliseconds(20), try median() * 20), "\(busy)")
            }
        }

        @Test("megabytes without a newline hold up neither plugin nor host")
        func flood() throws {
            try Host.run(["faults", "echo"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                #expect(try connection.call("faults", "flood", 32) == 32)
                #expect(try connection.call("echo", "echo", 1) == 1)
                try host.log.wait(for: "lines left out")
            }
        }
    }
}
