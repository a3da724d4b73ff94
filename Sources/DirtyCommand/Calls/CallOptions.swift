import ArgumentParser
import DirtyClient

/// What is called, and with what; for every command that makes calls.
struct CallOptions: ParsableArguments {
    @Argument(
        help: "The app's name, or its plugin's path as the host lists it.",
        completion: .custom(HostCompletion.apps)
    )
    var app: String

    @Argument(
        help: "What to do; 'dirty describe APP' lists an app's actions.",
        completion: .custom(HostCompletion.actions)
    )
    var action: String

    @Argument(parsing: .allUnrecognized, help: ArgumentHelp("Arguments by position.", valueName: "arg"))
    var arguments: [String] = []

    @Option(
        name: .customLong("kw"),
        help: ArgumentHelp("An argument by name; the value is written as ARG is.", valueName: "name=value"),
        completion: .custom(HostCompletion.parameters)
    )
    var keywords: [KeywordArgument] = []

    @Option(
        help: ArgumentHelp(
            "How long waiting, run and stream may take together, in seconds; the host's own timeout may be less.",
            valueName: "s"
        )
    )
    var timeout: Double?

    @Option(
        help: ArgumentHelp(
            "Calls with the same key go to the same worker while it lives: for handles of C libraries.",
            valueName: "key"
        )
    )
    var affinity: String?

    @Option(
        help: ArgumentHelp(
            "Sends a file's bytes along.",
            discussion:
                "They become the last argument, unless an argument names them by {\"$attachment\":0} and so on.",
            valueName: "file"
        ),
        completion: .file()
    )
    var attach: [String] = []

    func validate() throws {
        if let timeout, !(timeout > 0 && timeout < 1e9) {
            throw ValidationError("--timeout: '\(timeout)' is not a number of seconds above 0.")
        }
        // Negative numbers pass as arguments; anything else with a dash was meant as an option.
        if let unknown = arguments.prefix(while: { $0 != "--" })
            .first(where: { $0.hasPrefix("-") && $0 != "-" && !CallArgument.isJSON($0) })
        {
            throw ValidationError("Unknown option '\(unknown)'. If it is an argument, put -- before it.")
        }
    }

    /// The call that they ask for, with its arguments read from where they are.
    func call(reader: ArgumentReader = ArgumentReader()) throws(CommandFailure) -> DirtyCall {
        var reader = reader
        let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
        var positional: [CallArgument] = []
        for text in arguments[..<end] {
            positional.append(try reader.argument(text))
        }
        // What follows -- stands for itself.
        positional += arguments[end...].dropFirst().map(CallArgument.init)
        var named: [(name: String, value: CallArgument)] = []
        for keyword in keywords {
            guard !named.contains(where: { $0.name == keyword.name }) else {
                throw CommandFailure(.usage, "--kw: \(keyword.name) is given twice")
            }
            named.append((keyword.name, try reader.argument(keyword.text)))
        }
        let attachments = try attached()
        if !(positional + named.map(\.value)).contains(where: \.namesAttachment) {
            positional += attachments.indices.map { CallArgument("{\"$attachment\":\($0)}") }
        }
        var call = DirtyCall(
            app,
            action,
            argumentsJSON: Self.array(positional),
            keywordsJSON: Self.object(named),
            attachments: attachments
        )
        call.timeout = timeout.map { .seconds($0) }
        call.affinity = affinity
        return call
    }

    private func attached() throws(CommandFailure) -> [[UInt8]] {
        var attachments: [[UInt8]] = []
        for path in attach {
            switch Files.read(path) {
            case .success(let bytes): attachments.append(bytes)
            case .failure(let problem): throw CommandFailure(.usage, "--attach: \(path) can't be read: \(problem)")
            }
        }
        return attachments
    }

    private static func array(_ elements: [CallArgument]) -> [UInt8] {
        Array("[".utf8) + elements.map(\.json).joined(separator: ",".utf8) + Array("]".utf8)
    }

    private static func object(_ members: [(name: String, value: CallArgument)]) -> [UInt8] {
        let texts = members.map { JSONValue.string($0.name).serialized() + Array(":".utf8) + $0.value.json }
        return Array("{".utf8) + texts.joined(separator: ",".utf8) + Array("}".utf8)
    }
}
