import Foundation
import Logging
import NIOCore
import TestSupport
import Testing

@testable import DirtyArbiter

@Suite("Hooks that are commands")
struct HookCommandTests {
    /// The number of a worker that there is in no other test.
    private static let worker = 918_273_645

    /// The files with the input of this test's hook that this process has open.
    private func held() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { name in
            let path = "/proc/self/fd/\(name)"
            guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path),
                target.contains("memfd:hook"), let input = try? String(contentsOfFile: path, encoding: .utf8)
            else { return nil }
            return input.contains("\(Self.worker)") ? target : nil
        }
    }

    @Test("one that no loop can listen to any more isn't run, and its input isn't left open")
    func withoutLoop() async throws {
        let folder = try TemporaryFolder()
        let loop = try PollLoop.start()
        try await loop.shutdownGracefully()
        let command = HookCommand(
            line: "touch '\(folder.path)/run'",
            event: .forked(Self.worker),
            timeout: .seconds(60),
            socketPath: "/none",
            eventLoop: loop,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        let failure = try #require(await command.run())
        #expect(failure.hasPrefix("its output can't be read: "))
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/run"))
        #expect(try held() == [])
    }
}
