import ArgumentParser
import DirtyClient
import Glibc

/// `dirty bench`: how fast calls are answered.
struct BenchCommand: ParsableCommand, SignalWaiting {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Makes the same call again and again, and shows rate and latencies.",
        discussion: """
            Each connection keeps --depth calls in flight and sends the next one when an answer has come. A latency is \
            the time from a call's sending to the last byte of its answer. ARGs are written as those of 'dirty call'.

            Ctrl-C ends it early, with a report of what there is. The exit code is 1 if a call failed.

            EXAMPLES
              dirty bench Echo echo hello
              dirty bench Echo echo hello --connections 8 --depth 4 --requests 100000
              dirty bench TextSearch search fox --kw limit=3 --duration 10 --json
            """
    )
    static let signals = [SIGINT, SIGTERM]

    @OptionGroup
    var options: CallOptions

    @Option(help: ArgumentHelp("How many connections are made.", valueName: "n"))
    var connections = 1

    @Option(
        help: ArgumentHelp(
            "How many calls are measured. (default: 10000, or as many as --duration allows)",
            valueName: "n"
        )
    )
    var requests: Int?

    @Option(help: ArgumentHelp("How long calls are made, in seconds.", valueName: "s"))
    var duration: Double?

    @Option(help: ArgumentHelp("How many calls each connection has in flight.", valueName: "n"))
    var depth = 1

    @Option(help: ArgumentHelp("How many calls are made before the measured ones.", valueName: "n"))
    var warmup = 0

    @Flag(help: "Prints the report as JSON, on one line.")
    var json = false

    @OptionGroup
    var host: SocketOption

    private static let defaultRequests = 10_000

    func validate() throws {
        for (name, value, range) in [
            ("connections", connections, 1...10_000), ("depth", depth, 1...1024), ("warmup", warmup, 0...1_000_000_000),
            ("requests", requests ?? 1, 1...1_000_000_000_000),
        ] where !range.contains(value) {
            throw ValidationError(
                "--\(name): '\(value)' is not a whole number from \(range.lowerBound) to \(range.upperBound)."
            )
        }
        if let duration, !(duration > 0 && duration < 1e6) {
            throw ValidationError("--duration: '\(duration)' is not a number of seconds above 0.")
        }
    }

    func run() throws {
        // Whoever waits for standard input by mistake leaves with one Ctrl-C.
        SignalThread.unblock(Self.signals)
        let load = try makeLoad()
        SignalThread.block(Self.signals)
        let stop = StopFlag()
        SignalThread.start(Self.signals) { signal in
            if stop.isSet { Glibc.exit(128 + signal) }
            stop.set()
        }
        let progress = BenchProgress(load)
        defer { progress.clear() }
        let result = try load.run { answers in
            progress.show(answers)
            return !stop.isSet
        }
        progress.clear()
        let report = BenchReport(load: load, result: result)
        StandardStream.output.write(json ? report.json.description : report.text)
        if result.failed > 0 { throw ExitCode(ExitStatus.failure.rawValue) }
    }

    /// The load that the arguments ask for, at the socket where a host answers.
    private func makeLoad() throws(CommandFailure) -> Load {
        let call = try options.call()
        do throws(DirtyCallError) {
            return Load(
                socketPath: try host.location.servedPath(),
                call: call,
                connections: connections,
                depth: depth,
                requests: requests ?? (duration == nil ? Self.defaultRequests : nil),
                duration: duration.map { .seconds($0) },
                warmup: warmup
            )
        } catch {
            throw CommandFailure(error)
        }
    }
}
