import DirtyWire
import Foundation
import Glibc
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("Under a service manager")
    struct ServiceManagerTests {
        @Test("it hears of readiness, how it goes, and the stop", arguments: ["path", "abstract"])
        func notes(kind: String) throws {
            let folder = try TemporaryFolder()
            let manager = try NotifySocket(
                kind == "path" ? folder.path + "/notify" : "@dirty-test-\(UUID().uuidString)"
            )
            try Host.run(["echo"], "--dirty-workers", "2", environment: ["NOTIFY_SOCKET": manager.name]) { host in
                #expect(try manager.wait(for: "READY=1") == ["READY=1", "STATUS=2 of 2 workers ready, 1 apps"])
                kill(try #require(try host.workerPIDs().first), SIGKILL)
                try manager.wait(for: "STATUS=1 of 2 workers ready, 1 apps")
                try manager.wait(for: "STATUS=2 of 2 workers ready, 1 apps")
                host.program.signal(SIGTERM)
                try manager.wait(for: "STOPPING=1")
                #expect(try host.program.wait() == .exited(0))
            }
        }

        @Test("it hears when a reload begins and ends, well or not")
        func reload() throws {
            let folder = try TemporaryFolder()
            let manager = try NotifySocket(folder.path + "/notify")
            let file = try folder.write("dirty_workers: 1\n", to: "dirty.yaml")
            try Host.run(["echo"], ["--config", file], environment: ["NOTIFY_SOCKET": manager.name]) { host in
                try manager.wait(for: "READY=1")
                for text in ["dirty_workers: 1\n", "dirty_wrokers: 1\n"] {
                    try folder.write(text, to: "dirty.yaml")
                    host.program.signal(SIGHUP)
                    let note = try manager.wait(for: "RELOADING=1")
                    #expect(note.contains { $0.hasPrefix("MONOTONIC_USEC=") })
                    #expect(try manager.wait(for: "READY=1").last == "STATUS=1 of 1 workers ready, 1 apps")
                }
            }
        }

        @Test("a host is up although one of its plugins never boots")
        func brokenPlugin() throws {
            let folder = try TemporaryFolder()
            let manager = try NotifySocket(folder.path + "/notify")
            let configuration = """
                dirty_workers: 1
                dirty_isolation: app
                dirty_apps:
                  - {name: broken, path: \(try Products.plugin("Faults")), config: {open: fail}}
                  - {name: fine, path: \(try Products.plugin("Faults"))}
                """
            try Host.run(
                [],
                configuration: configuration,
                environment: ["NOTIFY_SOCKET": manager.name],
                waitsUntilReady: false
            ) { _ in
                let note = try manager.wait(for: "READY=1")
                #expect(note.last == "STATUS=1 of 2 workers ready, 2 apps, 1 workers fail to boot")
            }
        }

        @Test("a host without workers is up at once")
        func noWorkers() throws {
            let folder = try TemporaryFolder()
            let manager = try NotifySocket(folder.path + "/notify")
            let environment = ["NOTIFY_SOCKET": manager.name]
            try Host.run(["echo"], "--dirty-workers", "0", environment: environment) { host in
                #expect(try manager.receive() == ["READY=1", "STATUS=0 of 0 workers ready, 1 apps"])
                let failure = try host.failure(of: "echo", "echo", 1)
                #expect(failure.details["cause"] == "none_configured")
            }
        }

        @Test("its watchdog is fed at twice the pace it asks for, and not by a host that hangs")
        func watchdog() throws {
            let folder = try TemporaryFolder()
            let manager = try NotifySocket(folder.path + "/notify")
            let environment = ["NOTIFY_SOCKET": manager.name, "WATCHDOG_USEC": "400000"]
            try Host.run(["echo"], "--dirty-workers", "1", environment: environment) { host in
                try manager.wait(for: "READY=1")
                // What has come while this thread waited for its turn says nothing of the pace.
                while (try? manager.receive(within: 0)) != nil {}
                let start = ContinuousClock.now
                for _ in 0..<10 { try manager.wait(for: "WATCHDOG=1") }
                #expect(ContinuousClock.now - start > .seconds(1.5))
                host.program.signal(SIGSTOP)
                while (try? manager.receive(within: 1)) != nil {}
                host.program.signal(SIGCONT)
                try manager.wait(for: "WATCHDOG=1")
            }
        }

        @Test("what it says in the environment is not passed on to workers and hooks")
        func environment() throws {
            let folder = try TemporaryFolder()
            let manager = try NotifySocket(folder.path + "/notify")
            let environment = ["NOTIFY_SOCKET": manager.name, "WATCHDOG_USEC": "60000000"]
            let hook = ["--dirty-worker-init", "env > \(folder.path)/hook"]
            try Host.run(["echo"], ["--dirty-workers", "1"] + hook, environment: environment) { host in
                let worker = ProcessTable.file("environ", of: try #require(try host.workerPIDs().first))
                #expect(worker.contains("PATH=") && !worker.contains("NOTIFY_SOCKET") && !worker.contains("WATCHDOG"))
                host.program.signal(SIGTERM)
                try host.program.wait()
                let text = try String(contentsOfFile: folder.path + "/hook", encoding: .utf8)
                #expect(text.contains("PATH=") && !text.contains("NOTIFY_SOCKET") && !text.contains("WATCHDOG"))
            }
        }

        @Test("a socket of its that isn't there is an error that says how to go on")
        func missing() throws {
            let host = try Host(["echo"], environment: ["NOTIFY_SOCKET": "/none/notify"])
            #expect(try host.program.wait() == .exited(1))
            let text = try host.log.whole()
            #expect(text.contains("/none/notify") && text.contains("NOTIFY_SOCKET"))
        }

        /// Whether this machine can say what it thinks of a unit.
        private static let knowsUnits = (try? Program.run("systemd-analyze", ["--version"]))?.status == .exited(0)

        @Test(
            "the units in the documents are in order, and keep a plugin from almost everything",
            .enabled(if: knowsUnits)
        )
        func units() throws {
            let folder = try TemporaryFolder()
            for name in ["dirty.service", "dirty.socket"] {
                let unit = try String(contentsOfFile: "\(Products.repository)/docs/systemd/\(name)", encoding: .utf8)
                let installed = try Products.path("dirty")
                try folder.write(unit.replacingOccurrences(of: "/usr/local/bin/dirty", with: installed), to: name)
            }
            let verified = try Program.run(
                "systemd-analyze",
                ["verify", "./dirty.service", "./dirty.socket"],
                folder: folder.path
            )
            #expect(verified.status == .exited(0), "\(verified.errors)")
            let exposure = try Program.run(
                "systemd-analyze",
                ["security", "--offline=true", "--threshold=15", "./dirty.service"],
                folder: folder.path
            )
            // The threshold is in tenths: 1.5 of 10.
            #expect(exposure.status == .exited(0), "\(exposure.output)\(exposure.errors)")
        }

        // MARK: Socket activation

        /// Python that becomes the host, with listening sockets handed over as systemd does it: `NAME=PATH` for each.
        private static func activator(_ sockets: [String]) -> [String] {
            let program = """
                import fcntl, os, socket, sys
                end = sys.argv.index("--")
                names, high = [], []
                for text in sys.argv[1:end]:
                    name, path = text.split("=")
                    names.append(name)
                    made = socket.socket(socket.AF_UNIX)
                    made.bind(path)
                    made.listen(100)
                    high.append(fcntl.fcntl(made, fcntl.F_DUPFD, 100))
                for fd, descriptor in enumerate(high, 3): os.dup2(descriptor, fd)
                os.closerange(3 + len(names), 200)
                os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(names)), LISTEN_FDNAMES=":".join(names))
                os.execvp(sys.argv[end + 1], sys.argv[end + 1:])
                """
            return ["python3", "-c", program] + sockets + ["--"]
        }

        @Test("its sockets are served in place of ours, and stay when the host ends")
        func activation() throws {
            let folder = try TemporaryFolder()
            let (calls, control) = (folder.path + "/calls.sock", folder.path + "/owner.sock")
            let launcher = Self.activator(["dirty-control.socket=\(control)", "dirty.socket=\(calls)"])
            try Host.run(["echo"], ["--dirty-workers", "1"], launcher: launcher, waitsUntilReady: false) { host in
                try host.program.output.wait(for: "DIRTY_SOCKET=\(calls)\n")
                #expect(try Connection(to: calls).call("echo", "echo", 7) == 7)
                let owner = try Connection(to: control)
                #expect(
                    try owner.ask(["type": "manage", "id": 1, "op": "scale", "workers": 2]).result() == ["workers": 2]
                )
                let runtime = try FileManager.default.contentsOfDirectory(atPath: host.runtimePath)
                #expect(Set(runtime) == ["lock", "images"])
                host.program.signal(SIGTERM)
                #expect(try host.program.wait() == .exited(0))
                #expect(folder.contents == ["calls.sock", "owner.sock"])
            }
        }

        @Test("sockets that are meant for another process are left alone")
        func strangers() throws {
            let environment = ["LISTEN_PID": "1", "LISTEN_FDS": "1"]
            try Host.run(["echo"], "--dirty-workers", "1", environment: environment) { host in
                let answer = try host.call("echo", "echo", 1)
                #expect(answer == 1)
            }
        }

        @Test("a descriptor that is no such socket is an error that says so")
        func noSocket() throws {
            let program =
                "import os, sys; os.open('/dev/null', os.O_RDONLY) != 3 and os.dup2(0, 3); "
                + "os.set_inheritable(3, True); os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1'); "
                + "os.execvp(sys.argv[1], sys.argv[1:])"
            let host = try Host(["echo"], launcher: ["python3", "-c", program])
            #expect(try host.program.wait() == .exited(2))
            #expect(try host.log.whole().contains("descriptor 3, handed over as the calls socket"))
        }
    }
}
