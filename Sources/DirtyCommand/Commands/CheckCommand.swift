import ArgumentParser
import DirtyArbiter

/// `dirty check`: every mistake in the configuration at once.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Checks the configuration and prints every mistake in it.",
        discussion: """
            Reads what 'dirty serve' would read: the file, then the environment. Exit code 2 if anything is wrong.

            EXAMPLES
              dirty check
              dirty check --config /etc/dirty/dirty.yaml
            """
    )

    @Option(help: ArgumentHelp("The configuration file. (default: dirty.yaml, if it is here)", valueName: "file"))
    var config: String?

    func run() throws {
        let loaded = ConfigurationLoader(file: config, environment: ProcessEnvironment.variables).load()
        for warning in loaded.warnings {
            StandardStream.error.write("\(warning)")
        }
        guard loaded.mistakes.isEmpty else {
            throw CommandFailure(.usage, loaded.mistakes.map(\.description))
        }
        let apps = loaded.settings.arbiter.apps
        let source = loaded.file ?? "no file (there is no \(ConfigurationLoader.defaultFile) here)"
        StandardStream.output.write("\(source): no mistakes; \(apps.count) \(apps.count == 1 ? "app" : "apps")")
        for app in apps {
            let workers = app.workers ?? loaded.settings.arbiter.workers
            StandardStream.output.write("  \(app.name): \(app.path), \(workers) \(workers == 1 ? "worker" : "workers")")
        }
    }
}
