import Foundation
import Glibc
import TestSupport
import Testing

@testable import DirtyArbiter

@Suite("Image stores")
struct ImageStoreTests {
    private let folder: TemporaryFolder
    private let store: ImageStore

    init() throws {
        folder = try TemporaryFolder()
        try FileManager.default.createDirectory(
            atPath: folder.path + "/app/plugins",
            withIntermediateDirectories: true
        )
        try FileManager.default.createDirectory(atPath: folder.path + "/app/lib", withIntermediateDirectories: true)
        for name in ["app/plugins/p.so", "app/plugins/beside.so", "app/lib/far.so"] {
            try folder.write("contents of \(name)", to: name)
        }
        store = try ImageStore(root: folder.path + "/images")
    }

    private func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("a copy is the file's, and stays so when that is written over")
    func copies() throws {
        let image = try store.capture(plugin: folder.path + "/app/plugins/p.so", neighbours: [])
        try folder.write("other", to: "app/plugins/p.so")
        #expect(text(image.path) == "contents of app/plugins/p.so")
        #expect(image.path.hasPrefix(folder.path + "/images/"))
        #expect(image.path.hasSuffix("/p.so"))
    }

    @Test("neighbours stand to the copy as they stood to the plugin, outside of its folder too")
    func neighbours() throws {
        let image = try store.capture(
            plugin: folder.path + "/app/plugins/p.so",
            neighbours: ["beside.so", "../lib/far.so"]
        )
        let origin = image.path.dropLast("p.so".count)
        #expect(text(origin + "beside.so") == "contents of app/plugins/beside.so")
        #expect(text(origin + "../lib/far.so") == "contents of app/lib/far.so")
        #expect(text(origin + "../plugins/p.so") == "contents of app/plugins/p.so")
    }

    @Test("an image goes whole, and leaves the others")
    func removal() throws {
        let one = try store.capture(plugin: folder.path + "/app/plugins/p.so", neighbours: ["../lib/far.so"])
        let two = try store.capture(plugin: folder.path + "/app/plugins/p.so", neighbours: [])
        #expect(one.number != two.number)
        store.remove(one)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/images") == ["\(two.number)"])
        store.removeAll()
        #expect(access(folder.path + "/images", F_OK) != 0)
    }

    @Test("of a copy that fails nothing is left")
    func failure() throws {
        let error = #expect(throws: ArbiterError.self) {
            try store.capture(plugin: folder.path + "/app/plugins/p.so", neighbours: ["none.so"])
        }
        #expect(error?.message.contains("/app/plugins/none.so") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/images").isEmpty)
    }

    @Test("what an arbiter that died has left is removed")
    func leftovers() throws {
        try folder.write("old", to: "images/old")
        _ = try ImageStore(root: folder.path + "/images")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/images").isEmpty)
    }

    @Test("a file's identity changes with its contents")
    func identity() throws {
        let path = folder.path + "/app/plugins/p.so"
        let before = FileIdentity(of: path)
        #expect(before == FileIdentity(of: path))
        try folder.write("longer than it was before, by far", to: "app/plugins/p.so")
        #expect(before != FileIdentity(of: path))
        #expect(FileIdentity(of: path + ".none") == nil)
    }
}
