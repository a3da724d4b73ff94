import ArgumentParser
import DirtyClient

/// `dirty describe`: what a host offers.
struct DescribeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe",
        abstract: "Shows a host's apps, their actions and parameters.",
        discussion: """
            A parameter with = has that default, one with ? may be left out. For a plugin that no host serves yet there \
            is 'dirty inspect'.

            EXAMPLES
              dirty describe
              dirty describe TextSearch
              dirty describe --json | jq -r '.apps[].name'
            """
    )

    @Argument(help: "The app; all of them without it.", completion: .custom(HostCompletion.apps))
    var app: String?

    @Flag(help: "Prints what the host says as JSON, on one line.")
    var json = false

    @OptionGroup
    var host: SocketOption

    func run() throws {
        let description: JSONValue
        do {
            description = try host.client.describe(app)
        } catch {
            throw CommandFailure(error)
        }
        let style = TextStyle.of(.output, environment: ProcessEnvironment.variables)
        StandardStream.output.write(
            json ? description.description : AppsReport(description: description, style: style).text
        )
    }
}
