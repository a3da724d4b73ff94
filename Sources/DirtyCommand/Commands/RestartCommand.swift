import ArgumentParser
import DirtyClient

/// `dirty restart`: a new worker in place of one.
struct RestartCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restart",
        abstract: "Replaces one worker, without dropping a call.",
        discussion: """
            The new worker loads the code that the old one had; 'dirty reload' brings in new code. Returns when the new \
            one serves; if it can't, the old one goes on, and the exit code is 1.

            EXAMPLES
              dirty restart 0
              dirty restart --pid 4711
            """
    )

    @Argument(help: "The worker's slot, as 'dirty status' lists it.")
    var slot: Int?

    @Option(help: ArgumentHelp("The worker's process, in place of its slot.", valueName: "pid"))
    var pid: Int?

    @OptionGroup
    var target: ControlOption

    func validate() throws {
        guard (slot == nil) != (pid == nil) else {
            throw ValidationError("Name a worker: its slot, or its process by --pid.")
        }
    }

    func run() throws {
        var members = JSONObject()
        members["slot"] = slot.map { JSONValue($0) }
        members["pid"] = pid.map { JSONValue($0) }
        let answer = try target.manage("restart", members)
        let (slot, worker, process) = (answer["slot"], answer["worker"], answer["pid"])
        StandardStream.output.write(
            "slot \(slot ?? .null): worker \(worker ?? .null) serves, process \(process ?? .null)"
        )
    }
}
