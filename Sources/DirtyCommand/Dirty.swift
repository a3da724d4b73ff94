import ArgumentParser
import DirtyWire

/// The command `dirty`.
struct Dirty: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dirty",
        abstract: "Hosts native plugins in supervised workers, and calls them.",
        discussion: """
            EXAMPLES
              dirty serve plugins/                      host every plugin in a folder
              dirty call Echo echo '"hello"'            call one of its actions
              dirty describe                            see apps, actions and parameters
              dirty status --watch                      see workers and apps at work
              dirty reload                              new code, without a dropped call
              dirty new greeter --language c            begin a plugin of your own

            EXIT CODES
              0 done   1 the call failed   2 wrong use or configuration   69 no host answers
            """,
        version: DirtyVersion.current,
        subcommands: [
            ServeCommand.self, CallCommand.self, StatusCommand.self, DescribeCommand.self, BenchCommand.self,
            ReloadCommand.self, RestartCommand.self, ScaleCommand.self, StopCommand.self, QuarantineCommand.self,
            InspectCommand.self, CheckCommand.self, NewCommand.self, SdkCommand.self,
            FfiCommand.self, CompletionCommand.self, ManCommand.self,
        ]
    )
}
