import ArgumentParser
import FFIManifest

/// `dirty ffi verify`: holds a manifest against the headers of its libraries.
struct FfiVerifyCommand: AsyncParsableCommand, Sendable {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Holds a manifest against the C headers of its libraries.",
        discussion: """
            The compiler compares every signature and struct with what the headers declare; nothing is loaded or called. \
            A manifest that is wrong crashes workers, or worse: verify it whenever it or the library has changed.

            Exit code 1 if an entry is wrong, 2 if the manifest can't be read or there is no compiler.

            EXAMPLES
              dirty ffi verify Plugins/ffi/zlib.json
              dirty ffi verify mylib.json --cc clang
              dirty ffi verify mylib.json --print | less
            """
    )

    @Argument(help: "The manifest.")
    var manifest: String

    @Option(help: "The C compiler, gcc or clang or what takes their flags.")
    var cc = "cc"

    @Flag(name: .customLong("print"), help: "Prints the program that would be compiled, and compiles nothing.")
    var prints = false

    func run() async throws {
        let file: ManifestFile
        do throws(ManifestFile.Mistakes) {
            file = try ManifestFile(path: manifest)
        } catch {
            throw CommandFailure(.usage, error.lines)
        }
        let probe = HeaderProbe(file.manifest)
        if prints {
            StandardStream.output.write(probe.program)
            return
        }
        let problems = try await HeaderCheck(compiler: cc).problems(of: probe)
        guard problems.isEmpty else {
            throw CommandFailure(.failure, problems.map { "\(manifest): \($0)" })
        }
        let count = file.manifest.functions.count
        let libraries = file.manifest.libraries.values.map(\.file).sorted().joined(separator: ", ")
        StandardStream.output.write(
            "\(manifest): \(count) \(count == 1 ? "function" : "functions") of \(libraries) as the headers declare them"
        )
    }
}
