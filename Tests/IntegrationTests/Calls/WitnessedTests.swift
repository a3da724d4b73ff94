import DirtyWire
import Glibc
import TestSupport
import Testing

extension IntegrationTests {
    /// What only the plugin can tell, told by `witness.c`.
    @Suite("What a plugin sees of its callers")
    struct WitnessedTests {
        /// How a client can leave a call.
        enum Departure: CaseIterable {
            case cancel, disconnect
        }

        private static func now() -> Int {
            var now = timespec()
            clock_gettime(CLOCK_MONOTONIC, &now)
            return now.tv_sec * 1_000_000_000 + now.tv_nsec
        }

        @Test(
            "whoever leaves amid a call is noticed by the plugin, by poll and by emit",
            arguments: ["watch", "stream"],
            Departure.allCases
        )
        func cancellationSeen(action: String, departure: Departure) throws {
            let plugin = try CPlugin(compiling: "witness")
            try Host.run(["witness=\(plugin.path)"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                try connection.send(.request(1, "witness", action, [1000], with: ["attachments": []]))
                #expect(try connection.receive().type == "chunk")
                let left = Self.now()
                switch departure {
                case .cancel: try connection.send(["type": "cancel", "id": 1])
                case .disconnect: connection.disconnect()
                }
                // The app is serial: it is asked when the call it left is over.
                let seen = try host.call("witness", "seen")
                let milliseconds = Double(try #require(seen["at_ns"]?.intValue) - left) / 1e6
                #expect(seen["status"] == -6)
                #expect(milliseconds < 5000)
                print("\(action), \(departure): seen after \(milliseconds) ms")
            }
        }

        @Test("an async action that sleeps is woken when its client leaves")
        func asyncCancellation() throws {
            try Host.run(["tokens"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                try connection.send(.request(1, "tokens", "stream_async", ["a b", 60_000]))
                try host.status { $0.app("tokens")?["running"] == 1 }
                let pids = try host.workerPIDs()
                connection.disconnect()
                let reply = try host.connect().ask(.request(1, "tokens", "count", ["a b"]), within: 20)
                #expect(try reply.result() == 2)
                #expect(try host.workerPIDs() == pids)
            }
        }

        @Test(
            "one that stops reading an endless stream is dropped; the plugin sees it, and others' calls go on meanwhile"
        )
        func slowReader() throws {
            let plugin = try CPlugin(compiling: "witness")
            try Host.run(
                ["witness=\(plugin.path):1", "echo:1"],
                "--dirty-workers",
                "2",
                "--dirty-isolation",
                "app",
                "--dirty-write-timeout",
                "1",
                "--dirty-memory-budget",
                "64MiB"
            ) { host in
                let before = try #require(host.peakMemoryBytes)
                let stalled = try host.connect()
                let start = Self.now()
                try stalled.send(.request(1, "witness", "stream", [100_000], with: ["attachments": []]))
                #expect(try stalled.receive().type == "chunk")
                // Waits behind the stream, as the app is serial. Not on another thread: its connection is one of those
                // that are counted.
                let asking = try host.connect()
                try asking.send(.request(1, "witness", "seen"))
                let other = try host.connect()
                var calls = 0
                while try host.status()["connections"].flatMap(\.intValue) ?? 0 > 3 || calls == 0 {
                    #expect(try other.call("echo", "echo", JSONValue(calls)) == JSONValue(calls))
                    calls += 1
                }
                let seen = try asking.receive().result()
                #expect(seen["status"] == -6)
                #expect(try #require(seen["at_ns"]?.intValue) - start >= 900_000_000, "not before the write timeout")
                #expect(calls > 10)
                let grown = try #require(host.peakMemoryBytes) - before
                #expect(grown <= 64 << 20)
                print("\(calls) calls of another client meanwhile; the arbiter grew by \(grown >> 20) MiB at most")
            }
        }

        @Test("an error amid a stream comes after the chunks before it")
        func lateError() throws {
            let plugin = try CPlugin(compiling: "witness")
            try Host.run(["witness=\(plugin.path)"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                try connection.send(.request(1, "witness", "fail_after", [1000]))
                for number in 0..<1000 { #expect(try connection.receive().data == JSONValue(number)) }
                let error = try connection.receive().requireError()
                #expect(error.type == "DirtyAppError")
                #expect(error.message == "no more")
                #expect(error.details["code"] == "no_more")
                #expect(error.executed == "yes")
            }
        }
    }
}
