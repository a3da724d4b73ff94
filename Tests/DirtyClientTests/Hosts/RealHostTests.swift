import DirtyClient
import Glibc
import TestSupport
import Testing

/// Both clients against hosts that lose workers and themselves.
@Suite("Clients and real hosts", .serialized)
struct RealHostTests {
    private static let apps = ["echo", "counter"]
    private static let flags = ["--dirty-workers", "2", "--log-level", "error"]

    /// A host that serves, in `folder` if an earlier one did so there.
    private func start(in folder: TemporaryFolder? = nil) throws -> Host {
        let host = try Host(Self.apps, Self.flags, folder: folder)
        try host.program.output.wait(for: "DIRTY_SOCKET=\(host.socketPath)\n", within: 60)
        return host
    }

    /// The callers of either client at a socket; they try again what is known not to have run.
    private func callers(_ kind: ClientKind, _ socket: String) -> Callers {
        switch kind {
        case .async: .tasks(40, DirtyClient(socket: socket, retry: .patient))
        case .blocking: .threads(12, BlockingDirtyClient(socket: socket, retry: .patient))
        }
    }

    enum ClientKind: CaseIterable {
        case async, blocking
    }

    @Test("a worker killed under load fails only what it had begun, and says so", arguments: ClientKind.allCases)
    func killedWorker(kind: ClientKind) async throws {
        let host = try start()
        let callers = callers(kind, host.socketPath)
        await callers.tally.more(200)
        let observer = BlockingDirtyClient(socket: host.socketPath)
        for _ in 0..<3 {
            let pid = try observer.call("counter", "pid", as: Int32.self)
            kill(pid, SIGKILL)
            await callers.tally.more(200)
        }
        try await callers.stop()
        #expect(callers.tally.wrong == [])
        #expect(callers.tally.errors.count <= 3)
        for error in callers.tally.errors {
            #expect(error.type == .worker && error.executed == .maybe && error.details["signal"] == 9, "\(error)")
        }
        try host.end()
    }

    @Test(
        "a host that ends under load and is started again is found by the same client",
        arguments: ClientKind.allCases,
        [SIGKILL, SIGTERM]
    )
    func restartedHost(kind: ClientKind, signal: Int32) async throws {
        var host = try start()
        let callers = callers(kind, host.socketPath)
        for _ in 0..<2 {
            await callers.tally.more(200)
            host.program.signal(signal)
            try host.program.wait()
            host = try start(in: host.folder)
        }
        await callers.tally.more(200)
        try await callers.stop()
        #expect(callers.tally.wrong == [])
        for error in callers.tally.errors {
            // What is known not to have run has been tried again.
            #expect([.connection, .worker].contains(error.type) && error.executed == .maybe, "\(error)")
        }
        try host.end()
    }

    @Test("ten mebibytes go both ways, beside small calls")
    func manyBytes() async throws {
        let host = try start()
        let bytes = (0..<10 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ ($0 >> 9)) }
        let client = DirtyClient(socket: host.socketPath)
        async let large = client.call("echo", "echo", ["one": bytes, "two": bytes], as: [String: [UInt8]].self)
        async let small = client.call("echo", "echo", 1, as: Int.self)
        #expect(try await small == 1)
        #expect(try await large == ["one": bytes, "two": bytes])
        let blocking = BlockingDirtyClient(socket: host.socketPath)
        #expect(try blocking.call("echo", "echo", bytes, as: [UInt8].self) == bytes)
        await client.close()
        try host.end()
    }

    @Test("a thousand calls in flight on one connection each get their own answer")
    func manyCalls() async throws {
        let host = try start()
        let client = DirtyClient(socket: host.socketPath)
        let wrong = try await withThrowingTaskGroup(of: Int?.self) { group in
            for number in 0..<1000 {
                group.addTask { try await client.call("echo", "echo", number, as: Int.self) == number ? nil : number }
            }
            return try await group.reduce(into: [Int]()) { if let number = $1 { $0.append(number) } }
        }
        #expect(wrong == [])
        await client.close()
        try host.end()
    }
}
