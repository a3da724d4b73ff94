import DirtyWire
import Foundation
import Glibc
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("Hooks")
    struct HookTests {
        /// A folder with a program that appends what it is told to a file.
        private struct Recorder {
            let folder: TemporaryFolder

            init() throws {
                folder = try TemporaryFolder()
            }

            /// The command; one line an event, in one write.
            var command: String { "{ cat; echo; } | dd bs=64k iflag=fullblock status=none >> \(folder.path)/events" }

            /// The flags that have every hook of a worker recorded.
            var flags: [String] {
                ["--dirty-post-fork", command, "--dirty-worker-init", command, "--dirty-worker-exit", command]
            }

            /// What was recorded so far.
            func events() throws -> [JSONValue] {
                let text = (try? String(contentsOfFile: folder.path + "/events", encoding: .utf8)) ?? ""
                return try text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
            }

            /// The events of each worker, in order, once the host has ended.
            func lives() throws -> [Int: [JSONValue]] {
                Dictionary(grouping: try events()) { $0["worker"]?.intValue ?? 0 }
            }
        }

        /// Checks that a worker was started for `cause`, became ready if `isReady`, and ended once.
        private func check(
            _ life: [JSONValue]?,
            slot: Int,
            cause: String,
            exit: String,
            isExpected: Bool
        ) throws {
            let life = try #require(life)
            #expect(life.map { $0["hook"] } == ["dirty_post_fork", "dirty_worker_init", "dirty_worker_exit"])
            #expect(life.allSatisfy { $0["slot"]?.intValue == slot && $0["pid"] == life[0]["pid"] })
            #expect(life.allSatisfy { $0["apps"] == ["echo"] && $0["generation"] == 0 })
            #expect(life.prefix(2).allSatisfy { $0["cause"]?.stringValue == cause }, "\(life)")
            #expect(life.last?["cause"]?.stringValue == exit, "\(life)")
            #expect(life.last?["expected"]?.boolValue == isExpected)
        }

        @Test("each worker's come in the order of its life, with pid, slot, apps and cause")
        func lives() throws {
            let recorder = try Recorder()
            try Host.run(["echo"], recorder.flags + ["--dirty-workers", "1"]) { host in
                #expect(try host.call("echo", "echo", 1) == 1)
                let first = try #require(try host.workers().first)
                kill(try #require(first.pid), SIGKILL)
                try host.status { $0["ready"] == true && $0["workers"]?.arrayValue?.first?["id"] == 2 }
                host.program.signal(SIGTTIN)
                try host.status { $0["ready"] == true && $0["workers"]?.arrayValue?.count == 2 }
                let owner = try Connection(to: host.runtimePath + "/control.sock")
                _ = try owner.ask(["type": "manage", "id": 1, "op": "restart", "slot": 0]).result()
                try host.status { $0["workers"]?.arrayValue?.compactMap { $0["id"]?.intValue }.sorted() == [3, 4] }
                host.program.signal(SIGTERM)
                #expect(try host.program.wait() == .exited(0))

                let lives = try recorder.lives()
                #expect(lives.keys.sorted() == [1, 2, 3, 4])
                #expect(lives[1]?.first?["pid"]?.intValue == first.pid.map(Int.init))
                let killed = "ended by signal 9 (SIGKILL)"
                try check(lives[1], slot: 0, cause: "start", exit: killed, isExpected: false)
                #expect(lives[1]?.last?["signal"] == 9)
                let done = "exited with code 0"
                try check(lives[2], slot: 0, cause: "respawn", exit: done, isExpected: true)
                try check(lives[3], slot: 1, cause: "scale", exit: done, isExpected: true)
                try check(lives[4], slot: 0, cause: "restart", exit: done, isExpected: true)
                #expect(lives[4]?.last?["exit_code"] == 0)
            }
        }

        @Test("a reload's workers have its generation, and say that they are a reload's")
        func reload() throws {
            let recorder = try Recorder()
            try Host.run(["echo"], recorder.flags + ["--dirty-workers", "1"]) { host in
                let owner = try Connection(to: host.runtimePath + "/control.sock")
                try owner.send(["type": "manage", "id": 1, "op": "reload"])
                while try owner.receive().type == "chunk" {}
                host.program.signal(SIGTERM)
                #expect(try host.program.wait() == .exited(0))
                let lives = try recorder.lives()
                #expect(lives.keys.sorted() == [1, 2])
                let new = try #require(lives[2])
                #expect(new.map { $0["hook"] } == ["dirty_post_fork", "dirty_worker_init", "dirty_worker_exit"])
                #expect(new.allSatisfy { $0["generation"] == 1 && $0["slot"] == 0 })
                #expect(new[0]["cause"] == "reload")
                #expect(lives[1]?.last?["expected"] == true)
            }
        }

        @Test("on_dirty_starting runs before anything is started, with all the apps")
        func starting() throws {
            let recorder = try Recorder()
            let flags = ["--on-dirty-starting", recorder.command, "--dirty-workers", "1"]
            try Host.run(["echo", "counter"], flags + recorder.flags) { host in
                let event = try #require(try recorder.events().first)
                #expect(event["hook"] == "on_dirty_starting")
                #expect(event["apps"] == ["echo", "counter"])
                #expect(event["pid"]?.intValue == Int(host.program.pid))
                #expect(event["worker"] == .null)
                #expect(event["cause"] == "start")
            }
        }

        @Test("one that fails stops the start with its reason, and leaves nothing")
        func failingStart() throws {
            let host = try Host(["echo"], ["--on-dirty-starting", "echo no licence today >&2; exit 3"])
            #expect(try host.program.wait() == .exited(1))
            let text = try host.log.whole()
            #expect(text.contains("on_dirty_starting stopped the start"))
            #expect(text.contains("exited with code 3: no licence today"))
            try host.checkNothingIsLeft()
        }

        @Test("any other that fails is a warning, and what it prints is in the log")
        func failingLater() throws {
            try Host.run(["echo"], "--dirty-workers", "1", "--dirty-worker-init", "echo out of paper; exit 4") { host in
                try host.log.wait(for: "A hook failed")
                let lines = host.log.text.split(separator: "\n")
                let printed = try #require(lines.first { $0.contains("INFO") && $0.contains("out of paper") })
                #expect(printed.contains("hook=dirty_worker_init") && printed.contains("worker=1"))
                let failed = try #require(lines.first { $0.contains("A hook failed") })
                #expect(failed.contains("exited with code 4: out of paper"))
                #expect(try host.call("echo", "echo", 1) == 1)
            }
        }

        @Test("one that hangs is killed at its time, with its children, and holds up neither calls nor other workers")
        func hanging() throws {
            let flags = ["--dirty-workers", "2", "--dirty-hook-timeout", "0.5"]
            try Host.run(["echo"], flags + ["--dirty-post-fork", "sleep 600 & sleep 600"]) { host in
                #expect(try host.call("echo", "echo", 1) == 1)
                try host.log.wait(for: "ran past 0.5 s (dirty_hook_timeout) and was killed", count: 2)
                host.program.signal(SIGTERM)
                #expect(try host.program.wait() == .exited(0))
                try host.checkNothingIsLeft()
            }
        }

        @Test("those that are due when the host stops are waited for")
        func atStop() throws {
            let folder = try TemporaryFolder()
            let command = "sleep 0.5; echo $DIRTY_SOCKET >> \(folder.path)/ended"
            try Host.run(["echo"], "--dirty-workers", "2", "--dirty-worker-exit", command) { host in
                host.program.signal(SIGTERM)
                #expect(try host.program.wait() == .exited(0))
                let text = try String(contentsOfFile: folder.path + "/ended", encoding: .utf8)
                #expect(text == "\(host.socketPath)\n\(host.socketPath)\n")
            }
        }

        @Test("one that reads nothing and prints megabytes harms nobody")
        func wild() throws {
            let command = "yes 'all work and no play' | head -c 4000000"
            try Host.run(["echo"], "--dirty-workers", "1", "--dirty-worker-init", command) { host in
                try host.log.wait(for: "lines left out")
                #expect(try host.call("echo", "echo", 1) == 1)
                #expect(!host.log.text.contains("A hook failed"))
            }
        }
    }
}
