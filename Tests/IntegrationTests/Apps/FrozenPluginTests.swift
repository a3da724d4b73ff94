import DirtyWire
import Glibc
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("A plugin built over the first header loads and answers for ever")
    struct FrozenPluginTests {
        private static let folder = "\(Products.repository)/Tests/IntegrationTests/Frozen"

        private func check(_ plugin: String) throws {
            try Host.run(["frozen=\(plugin)"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                #expect(try connection.call("frozen", "echo", "a", 1) == ["a", 1])
                #expect(try connection.stream("frozen", "count", 3) == [0, 1, 2])
                #expect(try connection.call("frozen", "late") == "late")
                let reply = try connection.ask(.request(1, "frozen", "bytes", with: ["attachments": []]))
                #expect(try reply.result() == ["$attachment": 0])
                #expect(reply.attachments == [[0, 1, 0xfe, 0xff]])
                let error = try host.failure(of: "frozen", "fail")
                #expect(error.message == "frozen")
                #expect(error.details["temperature"] == -40)
                #expect(error.details["status_name"] == "E_BUSY")
                #expect(try host.failure(of: "frozen", "melt").details["status_name"] == "E_UNSUPPORTED")

                try connection.send(.request(2, "frozen", "count"))
                #expect(try connection.receive().data == 0)
                connection.disconnect()
                #expect(try host.call("frozen", "echo") == [])
                host.program.signal(SIGTERM)
                try host.log.wait(for: "frozen is closed")
            }
        }

        @Test("built from its source, by the compiler that is there")
        func source() throws {
            let plugin = try CPlugin(source: "\(Self.folder)/frozen.c")
            try check(plugin.path)
        }

        #if arch(x86_64)
        @Test("as it was built then")
        func binary() throws {
            try check("\(Self.folder)/libfrozen-x86_64.so")
        }
        #endif
    }
}
