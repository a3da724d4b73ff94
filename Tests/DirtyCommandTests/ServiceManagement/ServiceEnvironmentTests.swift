import DirtyArbiter
import Testing

@testable import DirtyCommand

@Suite("What a service manager says")
struct ServiceEnvironmentTests {
    private func read(_ variables: [String: String]) throws -> ServiceEnvironment {
        try ServiceEnvironment(variables, pid: 42)
    }

    @Test("nothing, where there is none")
    func nothing() throws {
        let environment = try read(["PATH": "/bin", "NOTIFY_SOCKET": ""])
        #expect(environment.manager == nil)
        #expect(environment.sockets == InheritedSockets())
    }

    @Test("where notes go, and how often a sign of life is wanted of us")
    func manager() throws {
        let socket = ["NOTIFY_SOCKET": "@abstract"]
        #expect(try read(socket).manager == ServiceManager(notifySocket: "@abstract"))
        for (pid, isOurs) in [("42", true), ("43", false)] {
            let variables = socket.merging(["WATCHDOG_USEC": "2500000", "WATCHDOG_PID": pid]) { $1 }
            #expect(try read(variables).manager?.watchdogInterval == (isOurs ? .seconds(2.5) : nil))
        }
        for text in ["0", "-1", "soon"] {
            #expect(try read(socket.merging(["WATCHDOG_USEC": text]) { $1 }).manager?.watchdogInterval == nil)
        }
    }

    @Test("sockets, told apart by their names, if they are for us")
    func sockets() throws {
        func sockets(_ names: String?, count: Int, pid: String = "42") throws -> InheritedSockets {
            var variables = ["LISTEN_PID": pid, "LISTEN_FDS": "\(count)"]
            variables["LISTEN_FDNAMES"] = names
            return try read(variables).sockets
        }
        #expect(try sockets(nil, count: 1) == InheritedSockets(calls: 3))
        #expect(try sockets("dirty.socket", count: 1) == InheritedSockets(calls: 3))
        #expect(try sockets("control:calls", count: 2) == InheritedSockets(calls: 4, control: 3))
        #expect(try sockets("dirty-control.socket", count: 1) == InheritedSockets(control: 3))
        #expect(try sockets("calls", count: 1, pid: "43") == InheritedSockets())
        #expect(throws: ServiceEnvironmentProblem.self) { try sockets("a:b", count: 2) }
        #expect(throws: ServiceEnvironmentProblem.self) { try sockets("control:control", count: 2) }
    }
}
