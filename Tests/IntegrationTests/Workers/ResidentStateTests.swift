import DirtyWire
import Glibc
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("What an app keeps on disk outlives its workers")
    struct ResidentStateTests {
        @Test("a search index answers as before when its worker has died, and when the host has been started anew")
        func searchIndex() throws {
            let documents = try TemporaryFolder()
            try documents.write("The quick brown fox jumps over the lazy dog.\n", to: "fox.txt")
            try documents.write("Five boxing wizards jump quickly.\n", to: "wizards.txt")
            let database = try TemporaryFolder()
            let configuration = """
                dirty_workers: 1
                dirty_apps:
                  - name: search
                    path: \(try Products.plugin("TextSearch"))
                    config: {database: "\(database.path)/index.db", roots: ["\(documents.path)"]}
                """
            func check(_ host: Host) throws {
                let answer = try host.call("search", "search", "brown fox")
                let hits = try #require(answer["results"]?.arrayValue)
                #expect(hits.count == 1)
                #expect(hits.first?["path"]?.stringValue == documents.path + "/fox.txt")
                #expect(hits.first?["snippet"]?.stringValue?.contains("fox") == true)
            }
            try Host.run([], configuration: configuration) { host in
                #expect(try host.call("search", "index")["indexed"] == 2)
                try check(host)
                let pid = try #require(try host.workers()[0].pid)
                kill(pid, SIGKILL)
                #expect(ProcessTable.isGone(pid, within: 10))
                try check(host)
            }
            try Host.run([], configuration: configuration, body: check)
        }
    }
}
