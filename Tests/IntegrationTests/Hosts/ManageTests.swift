import DirtyWire
import Glibc
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("The owner changes what runs")
    struct ManageTests {
        @Test("a worker is replaced by its slot or its process, and the command says by which")
        func restart() throws {
            try Host.run(["counter"], "--dirty-workers", "2") { host in
                let before = try host.workers()
                let bySlot = try host.dirty("restart", "1")
                #expect(bySlot.status == .exited(0))
                #expect(bySlot.output.hasPrefix("slot 1: worker 3 serves, process "))
                let pid = try #require(before[0].pid)
                let byPID = try host.dirty("restart", "--pid", "\(pid)")
                #expect(byPID.output.hasPrefix("slot 0: worker 4 serves, process "))
                try host.status { $0["workers"]?.arrayValue?.map { $0["id"] } == [3, 4] }
                #expect(ProcessTable.isGone(pid, within: 10))
            }
        }

        @Test("a worker whose successor can't start goes on, and the command says why")
        func failedRestart() throws {
            let folder = try TemporaryFolder()
            let plugin = try VersionedPlugin(folder.path + "/libv.so")
            let obstacle = folder.path + "/obstacle"
            let configuration = """
                dirty_workers: 1
                dirty_apps: [{name: v, path: \(plugin.path), config: {unless: \(obstacle)}}]
                """
            try Host.run([], configuration: configuration) { host in
                let pids = try host.workerPIDs()
                try folder.write("", to: "obstacle")
                let outcome = try host.dirty("restart", "0")
                #expect(outcome.status == .exited(1))
                #expect(outcome.errors.contains("there is a file \(obstacle)"))
                #expect(try host.workerPIDs() == pids)
                #expect(try host.version(of: "v") == "1")
            }
        }

        @Test("a worker that isn't there can't be restarted, and one must be named")
        func noSuchWorker() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                let outcome = try host.dirty("restart", "7")
                #expect(outcome.status == .exited(1))
                #expect(outcome.errors.contains("there is no slot 7; there are the slots 0"))
                #expect(try host.dirty("restart", "--pid", "1").errors.contains("no worker here is process 1"))
                #expect(try host.dirty("restart").status == .exited(2))
            }
        }

        @Test("the pool grows and shrinks, to a number or by one")
        func scale() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                for (argument, wanted) in [(["3"], 3), (["+1"], 4), (["--", "-2"], 2)] {
                    let outcome = try Program.run(
                        Products.path("dirty"),
                        ["scale"] + argument,
                        environment: ["DIRTY_SOCKET": host.socketPath]
                    )
                    #expect(outcome.output == "\(wanted) workers are wanted\n", "\(outcome.errors)")
                    try host.status { $0["workers"]?.arrayValue?.count == wanted && $0["ready"] == true }
                }
                #expect(try host.dirty("scale", "many").status == .exited(2))
            }
        }

        @Test("stop ends the host, and lets running calls end; with --now it doesn't")
        func stop() throws {
            try Host.run(["bench"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                try connection.send(.request(1, "bench", "sleep_task", [300]))
                try connection.synchronise()
                #expect(try host.dirty("stop").status == .exited(0))
                #expect(host.program.exitStatus == .exited(0))
                #expect(try connection.receive().type == "response")
            }
            try Host.run(["bench"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                try connection.send(.request(1, "bench", "sleep_task", [60_000]))
                try connection.synchronise()
                #expect(try host.dirty("stop", "--now", "--runtime-dir", host.runtimePath).status == .exited(0))
                #expect(try connection.receive().type == "error")
            }
        }

        @Test("without a host each says so, with exit code 69", arguments: ["reload", "stop", "quarantine"])
        func noHost(_ command: String) throws {
            let folder = try TemporaryFolder()
            let outcome = try Program.run(Products.path("dirty"), [command, "--socket", folder.path + "/none.sock"])
            #expect(outcome.status == .exited(69))
            #expect(outcome.errors.contains(folder.path + "/none.sock"))
        }

        @Test("a client that has said all it will still gets the end of its reload")
        func halfClosed() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                let control = try Connection(to: host.runtimePath + "/control.sock")
                try control.send(["type": "manage", "id": 5, "op": "reload"])
                control.endSending()
                var types: [String] = []
                while types.last != "end" { types.append(try control.receive().type) }
                #expect(types.dropLast().allSatisfy { $0 == "chunk" })
                #expect(control.isEnded())
            }
        }
    }
}
