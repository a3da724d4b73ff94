import Testing

@testable import DirtyCommand

@Suite("Names of projects")
struct ProjectNameTests {
    @Test(
        "a name makes one for types and one for files",
        arguments: [
            ("greeter", "Greeter", "greeter"), ("Greeter", "Greeter", "greeter"),
            ("image-tools", "ImageTools", "image_tools"), ("ImageTools", "ImageTools", "image_tools"),
            ("image_tools2", "ImageTools2", "image_tools2"), ("JPEG", "JPEG", "jpeg"), ("a--b-", "AB", "a_b"),
        ]
    )
    func forms(text: String, type: String, file: String) throws {
        let name = try ProjectName(text)
        #expect(name.text == text)
        #expect(name.typeName == type)
        #expect(name.fileName == file)
    }

    @Test(
        "anything else is refused, and the message says what is taken",
        arguments: ["", "3d", "-a", "a b", "é", "a.b"]
    )
    func refused(text: String) {
        #expect(
            throws: ProjectProblem(
                "'\(text)' can't be a project's name; take a letter, then letters, digits, dashes and underscores"
            )
        ) { try ProjectName(text) }
    }
}
