import ArgumentParser
import DirtyClient
import Glibc

/// `dirty status`: how a host is.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows a host's workers and apps.",
        discussion: """
            On a terminal --watch is a table that stays up to date: q or Ctrl-C leaves it; n, r, b, l, m and f sort by \
            name, rate, backlog, latency, memory and failures. Elsewhere it prints a report every so often.

            EXAMPLES
              dirty status
              dirty status --watch
              dirty status --json | jq '.workers[].pid'
              dirty status --watch --json --interval 10 >> status.jsonl
              dirty serve plugins/ & dirty status --wait 30 && dirty call Echo echo hello
            """
    )

    @Flag(help: "Prints what the host says as JSON, on one line.")
    var json = false

    @Flag(help: "Goes on showing it.")
    var watch = false

    @Option(help: ArgumentHelp("How often --watch asks the host, in seconds.", valueName: "s"))
    var interval: Double = 1

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
        guard interval >= 0.1, interval < 1e6 else {
            throw ValidationError("--interval: '\(interval)' is not a number of seconds from 0.1 up.")
        }
    }

    func run() throws {
        let client = host.client
        let deadline = wait.map { ContinuousClock.now + .seconds($0) }
        do {
            let status = try current(client, by: deadline)
            let isReady = wait == nil || status["ready"]?.boolValue == true
            if watch, isReady { return try show(StatusWatch(client, every: .seconds(interval), first: status)) }
            StandardStream.output.write(json ? status.description : StatusReport(status).text)
            if let wait, !isReady {
                throw CommandFailure(.failure, "not every worker is ready after \(wait) s")
            }
        } catch let error as DirtyCallError {
            guard let wait, error.details["tried"] != nil else { throw CommandFailure(error) }
            throw CommandFailure(.failure, ["no host answers after \(wait) s"] + CommandFailure(error).lines)
        }
    }

    private func show(_ watch: StatusWatch) throws {
        let environment = ProcessEnvironment.variables
        guard !json, let terminal = Terminal(environment: environment) else { return watch.print(json: json) }
        let code = watch.run(on: terminal, style: .of(.output, environment: environment))
        guard code == 0 else { throw ExitCode(code) }
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
