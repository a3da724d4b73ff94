import ArgumentParser
import DirtyClient
import Glibc

/// `dirty call`: one call, its answer on stdout.
struct CallCommand: ParsableCommand, SignalWaiting {
    static let configuration = CommandConfiguration(
        commandName: "call",
        abstract: "Calls an action of an app and prints its result as JSON.",
        discussion: """
            An ARG is JSON if it parses as JSON, and a string if not. - is what comes on standard input, and @FILE the \
            JSON in a file. After -- every ARG stands for itself, and may begin with a dash.

            Ctrl-C cancels the call; a second one leaves without waiting for the answer.

            EXAMPLES
              dirty call Echo echo hello
              dirty call Counter increment 5 --timeout 2
              dirty call TextSearch search fox --kw limit=3
              dirty call TextSearch index @files.json
              curl -s https://example.org | dirty call Tokens count -
              dirty call Tokens stream "Once upon a time" --stream
              dirty call Echo echo --attach photo.jpg --output copy.jpg
              dirty call Echo echo hello --json | jq '.result'
            """
    )
    static let signals = [SIGINT, SIGTERM]

    @OptionGroup
    var options: CallOptions

    @Flag(help: "Prints the chunks of an action that streams, a line each, as they come.")
    var stream = false

    @Flag(
        help: ArgumentHelp(
            "Prints replies of the protocol, a line each; errors too.",
            discussion:
                #"{"type":"response","result":…}, {"type":"chunk","data":…}, {"type":"end"} or {"type":"error","error":…}."#
        )
    )
    var json = false

    @Option(help: ArgumentHelp("Writes the bytes in the answer to a file.", valueName: "file"), completion: .file())
    var output: String?

    @OptionGroup
    var host: SocketOption

    func run() throws {
        // Whoever waits for standard input by mistake leaves with one Ctrl-C.
        SignalThread.unblock(Self.signals)
        let call = try makeCall()
        SignalThread.block(Self.signals)
        let file = try output.map { path throws(CommandFailure) in try AttachmentOutput(path) }
        let answers = CallOutput(isForMachines: json, file: file)
        let canceller = CallCanceller()
        cancelOnSignals(canceller)
        do {
            if stream {
                let chunks = try host.client.stream(call, canceller: canceller)
                while let chunk = try chunks.next() {
                    try answers.chunk(chunk)
                }
                answers.end()
            } else {
                try answers.result(host.client.send(call, canceller: canceller))
            }
        } catch let error as DirtyCallError {
            throw answers.failure(error)
        }
    }

    /// The call that the arguments ask for.
    func makeCall(reader: ArgumentReader = ArgumentReader()) throws(CommandFailure) -> DirtyCall {
        var call = try options.call(reader: reader)
        // Without a file for them, bytes are readable only as part of the JSON.
        call.acceptsAttachments = output != nil
        return call
    }

    private func cancelOnSignals(_ canceller: CallCanceller) {
        // Touched by the signal thread alone.
        nonisolated(unsafe) var isCancelled = false
        SignalThread.start(Self.signals) { signal in
            if isCancelled { Glibc.exit(128 + signal) }
            isCancelled = true
            canceller.cancel()
        }
    }
}
