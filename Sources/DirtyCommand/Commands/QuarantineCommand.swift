import ArgumentParser
import DirtyClient

/// `dirty quarantine`: calls that are refused because they have killed workers.
struct QuarantineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine",
        abstract: "Shows or clears the calls that are refused because they kill workers.",
        subcommands: [List.self, Clear.self],
        defaultSubcommand: List.self
    )

    /// `dirty quarantine list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists them.",
            discussion: """
                EXAMPLES
                  dirty quarantine list
                  dirty quarantine list --json | jq '.calls[].app'
                """
        )

        @Flag(help: "Prints what the host says as JSON, on one line.")
        var json = false

        @OptionGroup
        var target: ControlOption

        func run() throws {
            QuarantineCommand.show(try target.manage("quarantine", ["do": "list"]), asJSON: json)
        }
    }

    /// `dirty quarantine clear`.
    struct Clear: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes them again, and lists those that are left.",
            discussion: """
                EXAMPLES
                  dirty quarantine clear
                  dirty quarantine clear --app search
                """
        )

        @Option(help: ArgumentHelp("Those of this app only.", valueName: "app"))
        var app: String?

        @OptionGroup
        var target: ControlOption

        func run() throws {
            var members: JSONObject = ["do": "clear"]
            members["app"] = app.map { .string($0) }
            QuarantineCommand.show(try target.manage("quarantine", members), asJSON: false)
        }
    }

    private static func show(_ answer: JSONValue, asJSON: Bool) {
        StandardStream.output.write(asJSON ? answer.description : text(answer))
    }

    /// The calls that `answer` lists, as people read them.
    private static func text(_ answer: JSONValue) -> String {
        let calls = answer["calls"]?.arrayValue ?? []
        guard !calls.isEmpty else { return "no call is refused" }
        var table = TextTable([.text("APP"), .text("ACTION"), .number("DEATHS"), .number("FOR"), .text("CALL")])
        for call in calls {
            table.add([
                call["app"]?.stringValue ?? "?", call["action"]?.stringValue ?? "?", "\(call["deaths"] ?? .null)",
                StatusReport.duration(call["seconds"]), call["fingerprint"]?.stringValue ?? "?",
            ])
        }
        return table.lines.joined(separator: "\n")
    }
}
