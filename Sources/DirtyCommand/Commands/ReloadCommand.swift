import ArgumentParser
import DirtyClient

/// `dirty reload`: new code without a dropped call.
struct ReloadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Loads plugins anew, without dropping a call.",
        discussion: """
            Workers are replaced one by one: a new one must have loaded its apps, and answered their action 'health' \
            where they have one, before an old one ends. If a new one fails, all go back to the old code, and the exit \
            code is 1. Without an APP the configuration is read again too.

            EXAMPLES
              dirty reload
              dirty reload search thumbnails
            """
    )

    @Argument(help: ArgumentHelp("The apps to load anew; all, if none is named.", valueName: "app"))
    var apps: [String] = []

    @OptionGroup
    var target: ControlOption

    func run() throws {
        let members: JSONObject = apps.isEmpty ? [:] : ["apps": .array(apps.map { .string($0) })]
        _ = try target.manage("reload", members) { step in
            StandardStream.output.write(ReloadStep(step).line)
        }
    }
}
