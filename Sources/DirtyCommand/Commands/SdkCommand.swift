import ArgumentParser

/// `dirty sdk`: the files that plugins in C, C++ and Rust are written over.
struct SdkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sdk",
        abstract: "Prints the folder with dirty_app.h, dirty_app.hpp and dirty_app.rs.",
        discussion: """
            They lie in include/dirty-host beside the folder of an installed program, and in the clone of one that was \
            built there. The program also holds them itself: --write puts them wherever you like.

            EXAMPLES
              cc -shared -fPIC -I "$(dirty sdk)" plugin.c -o libplugin.so
              dirty sdk --write sdk                     a copy of one's own, or of another version's
            """
    )

    @Option(help: ArgumentHelp("Writes the files into a folder, and prints that.", valueName: "folder"))
    var write: String?

    func run() throws {
        if let write {
            try Self.write(to: write)
            StandardStream.output.write(write)
            return
        }
        let executable = try OwnExecutable.path()
        let candidates = SDKFolder.candidates(for: executable)
        guard let folder = SDKFolder.find(in: candidates) else {
            throw CommandFailure(
                .failure,
                "no SDK belongs to \(executable): none in \(candidates[0]), none in a clone around it. "
                    + "Have it written: dirty sdk --write FOLDER"
            )
        }
        if !SDKFolder.isCurrent(folder) {
            StandardStream.error.write(
                "what is in \(folder) isn't what this program was built with; have that written: dirty sdk --write FOLDER"
            )
        }
        StandardStream.output.write(folder)
    }

    private static func write(to folder: String) throws {
        guard !folder.isEmpty else { throw ValidationError("--write: name a folder.") }
        for file in SDKFile.files(of: .sdk) { try NewFiles.write(file.text, to: "\(folder)/\(file.path)") }
    }
}
