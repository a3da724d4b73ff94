import TestSupport
import Testing

@testable import DirtyCommand

@Suite("Where the SDK lies")
struct SDKFolderTests {
    @Test("an installation's comes first, then those of the clones around the program")
    func candidates() {
        #expect(
            SDKFolder.candidates(for: "/opt/bin/dirty") == [
                "/opt/include/dirty-host", "/opt/bin/Sources/CDirtyApp/include", "/opt/Sources/CDirtyApp/include",
            ]
        )
        #expect(SDKFolder.candidates(for: "/dirty") == ["/include/dirty-host"])
    }

    @Test("a folder counts if all files are in it, and is current if they are this program's")
    func find() throws {
        let folder = try TemporaryFolder()
        #expect(SDKFolder.find(in: [folder.path]) == nil)
        for file in SDKFile.files(of: .sdk) { try folder.write(file.text, to: file.path) }
        #expect(SDKFolder.find(in: ["/none", folder.path]) == folder.path)
        #expect(SDKFolder.isCurrent(folder.path))
        try folder.write("another version", to: "dirty_app.rs")
        #expect(!SDKFolder.isCurrent(folder.path))
    }

    @Test("a clone is known by its package and its kit")
    func clone() throws {
        #expect(SDKFolder.clone(of: "\(Products.repository)/.build/debug/dirty") == Products.repository)
        #expect(SDKFolder.clone(of: "/usr/bin/dirty") == nil)
    }
}
