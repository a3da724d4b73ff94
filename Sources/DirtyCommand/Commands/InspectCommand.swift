import ArgumentParser
import DirtyArbiter
import DirtyWire

/// `dirty inspect`: what a plugin is, told by a process of its own.
struct InspectCommand: AsyncParsableCommand, Sendable {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Shows what a plugin, or a manifest of a C library, says of itself.",
        discussion: """
            The plugin is loaded in a process that is thrown away; none of its apps is opened.

            EXAMPLES
              dirty inspect libEcho.so
              dirty inspect libEcho.so --json | jq '.manifest'
              dirty inspect zlib.json
            """
    )

    @Argument(help: ArgumentHelp("The plugin, or a manifest.", valueName: "plugin"))
    var plugin: String

    @Flag(help: "Prints all of it as JSON, on one line.")
    var json = false

    /// How long a plugin may take to load.
    private static let timeout = Duration.seconds(60)

    func run() async throws {
        let description =
            try await plugin.hasSuffix(ManifestFile.suffix) ? ManifestDescriber.describe(plugin) : describe(plugin)
        guard !json else {
            StandardStream.output.write(JSONLine.compact(description) + [UInt8(ascii: "\n")])
            return
        }
        guard let value = try? JSONValue(parsing: description) else {
            throw CommandFailure(.failure, "the worker describes \(plugin) in what is not JSON")
        }
        StandardStream.output.write(PluginReport(value).text)
    }

    private func describe(_ plugin: String) async throws(CommandFailure) -> [UInt8] {
        do {
            return try await PluginDescriber.describe(plugin, workerExecutable: nil, timeout: Self.timeout)
        } catch {
            throw CommandFailure(error.code == .environment ? .failure : .usage, error.message)
        }
    }
}
