import Foundation
import Glibc
import TestSupport
import Testing

@testable import DirtyArbiter

@Suite("What is watched")
struct WatchListTests {
    @Test("a plugin's own folder is watched for it alone")
    func files() throws {
        let list = WatchList(paths: ["plugins/a.so", "b.so"], directories: [])
        #expect(Set(list.folders.keys) == ["plugins/", "./"])
        let interest = try #require(list.folders["plugins/"])
        #expect(interest.paths(of: "a.so") == ["plugins/a.so"])
        #expect(interest.paths(of: "other.so").isEmpty)
        #expect(list.folders["./"]?.paths(of: "b.so") == ["b.so"])
    }

    @Test("in a directory of plugins every plugin and manifest matters, new ones too")
    func directories() throws {
        let list = WatchList(paths: [], directories: ["plugins", "more/"])
        let interest = try #require(list.folders["plugins/"])
        #expect(interest.paths(of: "new.so") == ["plugins/new.so"])
        #expect(interest.paths(of: "z.json") == ["plugins/z.json"])
        #expect(interest.paths(of: "notes.txt").isEmpty)
        #expect(list.folders["more/"]?.paths(of: "x.so") == ["more/x.so"])
    }

    @Test("behind a link the file itself is watched, under the link's name")
    func links() throws {
        let folder = try TemporaryFolder()
        try #require(mkdir(folder.path + "/build", 0o700) == 0)
        try folder.write("x", to: "build/real.so")
        try #require(symlink("build/real.so", folder.path + "/link.so") == 0)
        let list = WatchList(paths: [folder.path + "/link.so"], directories: [])
        #expect(list.folders[folder.path + "/"]?.paths(of: "link.so") == [folder.path + "/link.so"])
        #expect(list.folders[folder.path + "/build/"]?.paths(of: "real.so") == [folder.path + "/link.so"])
    }
}
