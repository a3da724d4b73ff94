import DirtyWire
import Foundation
import Glibc
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("The log file")
    struct LogFileTests {
        /// A plugin whose `print` prints so many numbered lines.
        private static let counting = """
            #include "dirty_app.h"
            #include <stdio.h>
            #include <string.h>
            static int next;
            static int32_t start(const DirtyHost *h, const char *c, size_t n, void **app, char *e, size_t m) {
                (void)h, (void)c, (void)n, (void)e, (void)m;
                *app = &next;
                return DIRTY_OK;
            }
            static int32_t handle(void *app, const DirtyRequest *request) {
                (void)app, (void)request;
                for (int i = 0; i < 50; i++) printf("numbered %d\\n", next++);
                return DIRTY_OK;
            }
            static void stop(void *app) { (void)app; }
            static const DirtyApp app = {.struct_size = sizeof(DirtyApp), .name = "counting", .version = "1",
                                         .open = start, .handle = handle, .close = stop};
            const DirtyApp *dirty_app_v1(void) { return &app; }
            """

        private func lines(_ path: String) -> [Substring] {
            ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split(separator: "\n")
        }

        private func wait(for text: String, in path: String) throws {
            let deadline = ContinuousClock.now + .seconds(30)
            while !lines(path).contains(where: { $0.contains(text) }) {
                guard .now < deadline else { throw TestFailure("\(path) has no line with \(text)") }
                usleep(5000)
            }
        }

        @Test(
            "it is written to in place of stderr, and moving it with SIGUSR1 loses no line",
            arguments: ["text", "json"]
        )
        func rotation(format: String) throws {
            let plugin = try CPlugin(text: Self.counting)
            let folder = try TemporaryFolder()
            let path = folder.path + "/dirty.log"
            let flags = ["--dirty-workers", "1", "--log-file", path, "--log-format", format]
            try Host.run(["counting=\(plugin.path)"], flags) { host in
                let caller = try host.connect()
                for turn in 0..<10 {
                    _ = try caller.call("counting", "print")
                    guard rename(path, "\(path).\(turn)") == 0 else { throw TestFailure("no log file to move") }
                    _ = try caller.call("counting", "print")
                    host.program.signal(SIGUSR1)
                    try wait(for: "the log goes on here", in: path)
                }
                host.program.signal(SIGTERM)
                #expect(try host.program.wait() == .exited(0))
                #expect(host.log.text.isEmpty)

                let files = (0..<10).map { "\(path).\($0)" } + [path]
                let all = files.flatMap(lines)
                if format == "json" {
                    for line in all { _ = try JSONValue(parsing: String(line)) }
                }
                let numbers = all.compactMap { line in
                    line.firstRange(of: "numbered ").flatMap { Int(line[$0.upperBound...].prefix { $0.isNumber }) }
                }
                #expect(numbers == Array(0..<1000))
                for file in files { #expect(!lines(file).isEmpty, "\(file)") }
            }
        }

        @Test("one that can't be opened is told before anything starts")
        func unwritable() throws {
            let folder = try TemporaryFolder()
            let host = try Host(["echo"], ["--log-file", folder.path + "/none/dirty.log"])
            #expect(try host.program.wait() == .exited(2))
            #expect(try host.log.whole().contains("dirty_log_file: \(folder.path)/none/dirty.log can't be opened"))
        }

        @Test("one that can't be opened anew is gone on with")
        func reopeningFails() throws {
            let (folder, other) = (try TemporaryFolder(), try TemporaryFolder())
            let path = folder.path + "/logs/dirty.log"
            try FileManager.default.createDirectory(atPath: folder.path + "/logs", withIntermediateDirectories: false)
            try Host.run(["echo"], "--dirty-workers", "1", "--log-file", path) { host in
                guard rename(folder.path + "/logs", other.path + "/logs") == 0 else { throw TestFailure("can't move") }
                host.program.signal(SIGUSR1)
                try wait(for: "can't be opened anew", in: other.path + "/logs/dirty.log")
            }
        }
    }
}
