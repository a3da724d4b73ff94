import ArgumentParser
import DirtyClient
import Glibc

/// `dirty call`: one call, its answer on stdout.
struct CallCommand: ParsableCommand, SignalWaiting {
    static let configuration = CommandConfiguration(
        commandName: "call",
        abstract: "Calls an action of an app and prints its result as JSON.",
        discussion: """
            An ARG is JSON if it parses as JSON, and a string if not; after -- an ARG may begin with a dash. \
            Ctrl-C cancels the call; a second one leaves without waiting for the answer.

            EXAMPLES
              dirty call Echo echo hello
              dirty call Counter add 5 --timeout 2
              dirty call TextSearch query fox --kw limit=3
              dirty call Tokens generate "Once upon a time" --stream
              dirty call Echo echo --attach photo.jpg --output copy.jpg
            """
    )
    static let signals = [SIGINT, SIGTERM]

    @Argument(help: "The app's name, or its plugin's path as the host lists it.")
    var app: String

    @Argument(help: "What to do; 'dirty inspect' lists a plugin's actions.")
    var action: String

    @Argument(parsing: .allUnrecognized, help: ArgumentHelp("Arguments by position.", valueName: "arg"))
    var arguments: [String] = []

    @Option(
        name: .customLong("kw"),
        help: ArgumentHelp("An argument by name; JSON or a string, as ARG is.", valueName: "name=value")
    )
    var keywords: [KeywordArgument] = []

    @Option(
        help: ArgumentHelp(
            "How long waiting, run and stream may take together, in seconds; the host's own timeout may be less.",
            valueName: "s"
        )
    )
    var timeout: Double?

    @Flag(help: "Prints the chunks of an action that streams, a line each, as they come.")
    var stream = false

    @Option(
        help: ArgumentHelp(
            "Sends a file's bytes along.",
            discussion:
                "They become the last argument, unless an argument names them by {\"$attachment\":0} and so on.",
            valueName: "file"
        )
    )
    var attach: [String] = []

    @Option(help: ArgumentHelp("Writes the bytes in the answer to a file.", valueName: "file"))
    var output: String?

    @OptionGroup
    var host: SocketOption

    func validate() throws {
        if let timeout, !(timeout > 0 && timeout < 1e9) {
            throw ValidationError("--timeout: '\(timeout)' is not a number of seconds above 0.")
        }
        // Negative numbers pass as arguments; anything else with a dash was meant as an option.
        if let unknown = arguments.prefix(while: { $0 != "--" })
            .first(where: { $0.hasPrefix("-") && $0 != "-" && !CallArgument($0).isJSON })
        {
            throw ValidationError("Unknown option '\(unknown)'. If it is an argument, put -- before it.")
        }
    }

    func run() throws {
        let call = try makeCall()
        let file = try output.map { path throws(CommandFailure) in try AttachmentOutput(path) }
        let canceller = CallCanceller()
        cancelOnSignals(canceller)
        do {
            if stream {
                let chunks = try host.client.stream(call, canceller: canceller)
                while let chunk = try chunks.next() {
                    try show(chunk, file)
                }
            } else {
                try show(host.client.send(call, canceller: canceller), file)
            }
        } catch let error as DirtyCallError {
            throw CommandFailure(error)
        }
    }

    /// The call that the arguments ask for.
    func makeCall() throws(CommandFailure) -> DirtyCall {
        var positional = arguments.filter { $0 != "--" }.map(CallArgument.init)
        if let terminator = arguments.firstIndex(of: "--") {
            positional = (arguments[..<terminator] + arguments[(terminator + 1)...]).map(CallArgument.init)
        }
        var attachments: [[UInt8]] = []
        for path in attach {
            switch Files.read(path) {
            case .success(let bytes): attachments.append(bytes)
            case .failure(let problem): throw CommandFailure(.usage, "--attach: \(path) can't be read: \(problem)")
            }
        }
        if !(positional + keywords.map(\.value)).contains(where: \.namesAttachment) {
            positional += attachments.indices.map { CallArgument("{\"$attachment\":\($0)}") }
        }
        var call = DirtyCall(
            app,
            action,
            argumentsJSON: Self.array(positional),
            keywordsJSON: try Self.object(keywords),
            attachments: attachments
        )
        call.timeout = timeout.map { .seconds($0) }
        // Without a file for them, bytes are readable only as part of the JSON.
        call.acceptsAttachments = output != nil
        return call
    }

    private static func array(_ elements: [CallArgument]) -> [UInt8] {
        Array("[".utf8) + elements.map(\.json).joined(separator: ",".utf8) + Array("]".utf8)
    }

    private static func object(_ members: [KeywordArgument]) throws(CommandFailure) -> [UInt8] {
        var names: Set<String> = []
        for member in members where !names.insert(member.name).inserted {
            throw CommandFailure(.usage, "--kw: \(member.name) is given twice")
        }
        let texts = members.map { JSONValue.string($0.name).serialized() + Array(":".utf8) + $0.value.json }
        return Array("{".utf8) + texts.joined(separator: ",".utf8) + Array("}".utf8)
    }

    private func show(_ result: DirtyResult, _ file: AttachmentOutput?) throws {
        for attachment in result.attachments {
            try file?.append(attachment)
        }
        if file == nil, !result.attachments.isEmpty {
            StandardStream.error.write("\(result.attachments.count) attachments are not shown; add --output FILE")
        }
        StandardStream.output.write(JSONLine.compact(result.json) + [UInt8(ascii: "\n")])
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
