import Testing

@testable import DirtyCommand

@Suite("Apps as they are written")
struct AppEntryTests {
    /// An app's text, and the name, path and number of workers it says.
    struct Sample: Sendable, CustomStringConvertible {
        let text: String
        let name: String?
        let path: String
        let workers: Int?
        var description: String { text }
    }

    @Test(
        "PATH, PATH:N and NAME=PATH:N are split at the first '=' and the last ':digits'",
        arguments: [
            Sample(text: "libA.so", name: nil, path: "libA.so", workers: nil),
            Sample(text: "/opt/p/libA.so:3", name: nil, path: "/opt/p/libA.so", workers: 3),
            Sample(text: "a=libA.so", name: "a", path: "libA.so", workers: nil),
            Sample(text: "a=libA.so:12", name: "a", path: "libA.so", workers: 12),
            Sample(text: "a=b=c:1", name: "a", path: "b=c", workers: 1),
            Sample(text: "p:1:2", name: nil, path: "p:1", workers: 2),
            Sample(text: "p:x", name: nil, path: "p:x", workers: nil),
            Sample(text: "p:", name: nil, path: "p:", workers: nil),
            Sample(text: "myapp.ml:MLApp=libA.so:2", name: "myapp.ml:MLApp", path: "libA.so", workers: 2),
            Sample(text: "plugins/", name: nil, path: "plugins/", workers: nil),
        ]
    )
    func syntax(sample: Sample) throws {
        let entry = try AppEntry(sample.text, origin: .argument)
        #expect(entry.name == sample.name)
        #expect(entry.path == sample.path)
        #expect(entry.workers == sample.workers)
    }

    @Test(
        "what can't be an app is told",
        arguments: [
            ("", "APP: the app '' has no path; write PATH, PATH:N or NAME=PATH:N"),
            ("a=", "APP: the app 'a=' has no path; write PATH, PATH:N or NAME=PATH:N"),
            (":3", "APP: the app ':3' has no path; write PATH, PATH:N or NAME=PATH:N"),
            ("libA.so:0", "APP: '0' in the app 'libA.so:0' is not a number of workers from 1 to 4096"),
            (
                "libA.so:99999999999999999999",
                "APP: '99999999999999999999' in the app 'libA.so:99999999999999999999' is not a number of workers from 1 to 4096"
            ),
            ("a b=x", "APP: 'a b' in the app 'a b=x' can't be its name: a name has no '/', no '=' and no white space"),
            (
                "/opt/x=y/libA.so",
                "APP: '/opt/x' in the app '/opt/x=y/libA.so' can't be its name: a name has no '/', no '=' and no white space; "
                    + "if it is part of the path, write NAME=/opt/x=y/libA.so"
            ),
        ]
    )
    func mistakes(text: String, mistake: String) {
        let error = #expect(throws: Mistake.self) { try AppEntry(text, origin: .argument) }
        #expect(error?.description == mistake)
    }
}
