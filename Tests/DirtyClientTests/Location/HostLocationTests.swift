import DirtyClient
import TestSupport
import Testing

@Suite("Where a host is")
struct HostLocationTests {
    private func paths(_ environment: [String: String]) -> [String] {
        HostLocation.standard(userID: 7) { environment[$0] }.paths
    }

    @Test("DIRTY_SOCKET is the only place if it is set")
    func socket() {
        let location = HostLocation.standard(userID: 7) { $0 == "DIRTY_SOCKET" ? "/s" : "/other" }
        #expect(location.paths == ["/s"])
        #expect(!location.checksOwner)
    }

    @Test("else the runtime directories, the most particular first, whose owner is checked")
    func directories() {
        #expect(paths([:]) == ["/tmp/dirty-7/dirty.sock"])
        #expect(paths(["DIRTY_SOCKET": "", "XDG_RUNTIME_DIR": ""]) == ["/tmp/dirty-7/dirty.sock"])
        #expect(
            paths(["XDG_RUNTIME_DIR": "/run/user/7", "RUNTIME_DIRECTORY": "/run/dirty:/run/other"])
                == ["/run/dirty/dirty.sock", "/run/user/7/dirty/dirty.sock", "/tmp/dirty-7/dirty.sock"]
        )
        #expect(HostLocation.standard(userID: 7) { _ in nil }.checksOwner)
    }

    @Test("the served path is the first at which somebody listens; without any, all that were tried are told")
    func servedPath() throws {
        let scene = try Scene { $0.waitForEnd() }
        let (none, served) = (scene.folder.path + "/none", scene.host.socketPath)
        #expect(try HostLocation(paths: [none, served]).servedPath() == served)
        let error = try blockingCallError { () throws(DirtyCallError) in
            _ = try HostLocation(path: none).servedPath()
        }
        #expect(error.type == .connection)
        #expect(error.message.contains("\(none) (no such socket)"))
    }
}
