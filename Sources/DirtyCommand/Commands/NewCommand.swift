import ArgumentParser
import Glibc

/// `dirty new`: a plugin's project to start from.
struct NewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Writes a new plugin's project: code that builds, a test, a README.",
        discussion: """
            The project is made in a folder of that name. In C, C++ and Rust it holds its own copy of what it is written \
            over, and needs a compiler and nothing else. In Swift it depends on DirtyKit: on the clone of Dirty Host \
            that this program was built in, or on what --dirty-host names.

            EXAMPLES
              dirty new thumbnails --language cpp
              dirty new greeter --language swift --dirty-host ../dirty-host
              dirty new greeter --language swift --dirty-host https://git.example.com/dirty-host.git
            """
    )

    @Argument(help: "The project's name, or a path that ends in it: letters, digits, dashes and underscores.")
    var name: String

    @Option(help: "What it is written in.")
    var language: ProjectLanguage

    @Option(
        help: ArgumentHelp(
            "Where a project in Swift gets DirtyKit from: a folder, or the URL of a repository with version tags.",
            valueName: "path|url"
        )
    )
    var dirtyHost: String?

    func validate() throws {
        if dirtyHost != nil, language != .swift {
            throw ValidationError("--dirty-host: only a project in Swift depends on it; leave it out.")
        }
        if dirtyHost?.isEmpty == true { throw ValidationError("--dirty-host: name a folder or a URL.") }
    }

    func run() throws {
        let folder = name.hasSuffix("/") ? String(name.dropLast()) : name
        let project: Project
        do {
            let name = try ProjectName(folder.split(separator: "/").last.map(String.init) ?? "")
            project = try Project(name, language, kit: language == .swift ? kit() : nil)
        } catch let problem as ProjectProblem {
            throw CommandFailure(.usage, problem.description)
        }
        if case .success = Files.kind(of: folder), Files.names(in: folder) != [] {
            throw CommandFailure(.usage, "\(folder) is there already; choose another name, or delete it")
        }
        for file in project.files { try NewFiles.write(file.text, to: "\(folder)/\(file.path)") }
        StandardStream.output.write("\(folder): a plugin in \(language.name). Next:")
        for command in ["cd \(folder)"] + language.firstCommands { StandardStream.output.write("  \(command)") }
    }

    /// Where DirtyKit comes from: what was asked for, else the clone this program was built in.
    private func kit() throws(CommandFailure) -> KitSource {
        guard let dirtyHost else {
            let executable = try OwnExecutable.path()
            guard let clone = SDKFolder.clone(of: executable) else {
                throw CommandFailure(
                    .usage,
                    "\(executable) lies in no clone of Dirty Host; say where DirtyKit comes from: --dirty-host PATH or URL"
                )
            }
            return .path(clone)
        }
        guard case .path(let path) = KitSource(dirtyHost) else { return KitSource(dirtyHost) }
        // A relative path would count from the project's own folder.
        guard let absolute = realpath(path, nil) else {
            throw CommandFailure(.usage, "--dirty-host: \(path) can't be used: \(FileProblem(errno))")
        }
        defer { free(absolute) }
        return .path(String(cString: absolute))
    }
}
