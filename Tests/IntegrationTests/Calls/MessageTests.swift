import DirtyWire
import Glibc
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("The host answers for itself")
    struct MessageTests {
        @Test("hello tells version, limits and features")
        func hello() throws {
            try Host.run(["echo"], "--dirty-workers", "1", "--dirty-connection-calls", "7") { host in
                let answer = try host.connect().ask(["type": "hello", "id": "h"]).result()
                #expect(answer["server"] == "dirty-host")
                #expect(answer["version"]?.stringValue == DirtyVersion.current)
                #expect(answer["protocol"] == 1)
                #expect(answer["limits"]?["max_frame_bytes"]?.intValue == 64 << 20)
                #expect(answer["limits"]?["max_calls_per_connection"] == 7)
                let features = answer["features"]?.arrayValue ?? []
                for feature: JSONValue in ["attachments", "cancel", "affinity", "describe", "status"] {
                    #expect(features.contains(feature))
                }
            }
        }

        @Test("ping is answered while every worker is busy")
        func ping() throws {
            try Host.run(["bench"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                try connection.send(.request(1, "bench", "sleep_task", [60_000]))
                #expect(try connection.ask(["type": "ping", "id": 2]).result() == "pong")
            }
        }

        @Test("describe lists the apps with their actions and parameters")
        func describe() throws {
            try Host.run(["echo", "counter"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                let all = try connection.ask(["type": "describe", "id": 1]).result()["apps"]?.arrayValue
                #expect(all?.map { $0["name"] } == ["echo", "counter"])

                let one = try connection.ask(["type": "describe", "id": 2, "app_path": "counter"]).result()
                let counter = try #require(one["apps"]?.arrayValue?.first)
                #expect(one["apps"]?.arrayValue?.count == 1)
                #expect(try counter["path"]?.stringValue == Products.plugin("Counter"))
                let increment = counter["actions"]?.arrayValue?.first { $0["name"] == "increment" }
                #expect(increment?["parameters"]?.arrayValue?.first?["name"] == "by")

                let missing = try connection.ask(["type": "describe", "id": 3, "app_path": "none"]).requireError()
                #expect(missing.type == "DirtyAppNotFoundError")
            }
        }

        @Test("status tells of workers and apps")
        func status() throws {
            try Host.run(["echo", "bench:1"], "--dirty-workers", "2") { host in
                _ = try host.call("echo", "echo", 1)
                _ = try host.failure(of: "echo", "shout")
                let status = try host.status()
                #expect(status["pid"]?.intValue == Int(host.program.pid))
                #expect(status["ready"] == true)
                #expect(status["socket"]?.stringValue == host.socketPath)

                let workers = try host.workers()
                #expect(workers.count == 2)
                #expect(workers.allSatisfy { $0.state == "ready" })
                for worker in workers {
                    let pid = try #require(worker.pid)
                    #expect(getpgid(pid) == pid, "a worker leads its own process group")
                    #expect(ProcessTable.file("comm", of: pid).hasPrefix("dirty-worker"))
                }
                let echo = try #require(status.app("echo"))
                #expect(echo["workers"] == 2)
                #expect(echo["backlog"] == 0)
                #expect(echo["counts"]?["answered"] == 1)
                #expect(echo["counts"]?["app_errors"] == 1)
                #expect(echo["latency"]?["count"] == 2)
                #expect(status.app("bench")?["workers"] == 1)
            }
        }

        @Test("the pool is managed on the control socket, and nowhere else")
        func manage() throws {
            try Host.run(["echo"], "--dirty-workers", "1") { host in
                let scale: JSONValue = ["type": "manage", "id": 1, "op": "scale", "workers": 3]
                let refusal = try host.connect().ask(scale).requireError()
                #expect(refusal.type == "DirtyProtocolError")
                #expect(refusal.details["what"] == "not_allowed")

                let control = try Connection(to: host.runtimePath + "/control.sock")
                #expect(try control.ask(scale).result()["workers"] == 3)
                try host.status { status in
                    let workers = status["workers"]?.arrayValue ?? []
                    return workers.count == 3 && workers.allSatisfy { $0["state"] == "ready" }
                }
                _ = try control.ask(["type": "manage", "id": 2, "op": "scale", "workers": 1]).result()
                try host.status { $0["workers"]?.arrayValue?.count == 1 }
            }
        }
    }
}
