import ArgumentParser
import DirtyClient

/// `dirty scale`: more workers, or fewer.
struct ScaleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scale",
        abstract: "Changes the number of workers.",
        discussion: """
            It counts until the next start, or until a reload finds another number in the configuration. The pool never \
            gets smaller than its apps need.

            EXAMPLES
              dirty scale 8
              dirty scale +2
              dirty scale -- -1
            """
    )

    @Argument(help: "How many workers; with a sign, how many more or fewer.")
    var workers: String

    @OptionGroup
    var target: ControlOption

    func validate() throws {
        guard Int(workers) != nil else {
            throw ValidationError("'\(workers)' is not a whole number, with or without a sign.")
        }
    }

    func run() throws {
        let number = Int(workers) ?? 0
        let isRelative = workers.hasPrefix("+") || workers.hasPrefix("-")
        let answer = try target.manage("scale", [isRelative ? "delta" : "workers": JSONValue(number)])
        StandardStream.output.write("\(answer["workers"] ?? .null) workers are wanted")
    }
}
