import ArgumentParser
import DirtyClient

/// `dirty status`: how a host is.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows a host's workers and apps.",
        discussion: """
            EXAMPLES
              dirty status
              dirty status --json | jq '.workers[].pid'
              dirty serve plugins/ & dirty status --wait 30 && dirty call Echo echo hello
            """
    )

    @Flag(help: "Prints what the host says as JSON, on one line.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Waits until every worker is ready; exit code 1 if that takes longer than so many seconds.",
            valueName: "s"
        )
    )
    var wait: Double?

    @OptionGroup
    var host: SocketOption

    func validate() throws {
        if let wait, !(wait >= 0 && wait < 1e9) {
            throw ValidationError("--wait: '\(wait)' is not a number of seconds from 0 up.")
        }
    }

    func run() throws {
        let client = host.client
        let deadline = wait.map { ContinuousClock.now + .seconds($0) }
        do {
            let status = try current(client, by: deadline)
            StandardStream.output.write(json ? status.description : StatusReport(status).text)
            if let wait, status["ready"]?.boolValue != true {
                throw CommandFailure(.failure, "not every worker is ready after \(wait) s")
            }
        } catch let error as DirtyCallError {
            guard let wait, error.details["tried"] != nil else { throw CommandFailure(error) }
            throw CommandFailure(.failure, ["no host answers after \(wait) s"] + CommandFailure(error).lines)
        }
    }

    /// The status when every worker is ready, or at the deadline, or now if there is none.
    private func current(
        _ client: BlockingDirtyClient,
        by deadline: ContinuousClock.Instant?
    ) throws(DirtyCallError) -> JSONValue {
        while true {
            let result: Result<JSONValue, DirtyCallError> = Result { () throws(DirtyCallError) in try client.status() }
            let isReady = (try? result.get())?["ready"]?.boolValue == true
            guard let deadline, !isReady, .now < deadline else { return try result.get() }
            Pause.until(min(deadline, .now + .milliseconds(50)))
        }
    }
}
