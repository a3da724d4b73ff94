import Testing

@testable import DirtyCommand

@Suite("Where a Swift project gets DirtyKit from")
struct KitSourceTests {
    @Test("a folder is depended on by path, under the package's name whatever the folder is called")
    func path() {
        let source = KitSource("/src/my \"clone\"")
        #expect(source == .path("/src/my \"clone\""))
        #expect(source.packageName == "dirty-host")
        #expect(
            source.dependency(version: "1.2.3") == #".package(name: "dirty-host", path: "/src/my \"clone\"")"#
        )
    }

    @Test(
        "a repository is depended on from this version on, under the name in its URL",
        arguments: [
            ("https://git.example.com/team/dirty-host.git", "dirty-host"), ("file:///srv/dirty-host", "dirty-host"),
            ("git@git.example.com:dirty-fork.git", "dirty-fork"), ("ssh://git@git.example.com/dirty/", "dirty"),
        ]
    )
    func url(text: String, name: String) {
        let source = KitSource(text)
        #expect(source == .url(text))
        #expect(source.packageName == name)
        #expect(source.dependency(version: "1.2.3") == #".package(url: "\#(text)", from: "1.2.3")"#)
    }
}
