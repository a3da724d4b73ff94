import DirtyClient

/// Where the answers of `dirty call` go: JSON on stdout, bytes into a file.
struct CallOutput {
    /// Whether every line is a reply of the protocol, without its id: results, chunks, ends and errors alike.
    let isForMachines: Bool
    /// Where bytes go.
    let file: AttachmentOutput?

    /// Shows the result of a call, or the only result of what was called as a stream.
    func result(_ result: DirtyResult) throws(CommandFailure) {
        try show(result, #"{"type":"response","result":"#)
    }

    /// Shows one chunk of a stream.
    func chunk(_ chunk: DirtyResult) throws(CommandFailure) {
        try show(chunk, #"{"type":"chunk","data":"#)
    }

    /// Says that a stream has ended.
    func end() {
        if isForMachines { StandardStream.output.write(#"{"type":"end"}"#) }
    }

    /// What the command ends with for an error; for machines it has been said on stdout then.
    func failure(_ error: DirtyCallError) -> CommandFailure {
        let failure = CommandFailure(error)
        guard isForMachines else { return failure }
        var details = error.details
        details["error_type"] = .string(error.type.rawValue)
        details["executed"] = .string(error.executed.rawValue)
        let body: JSONValue = [
            "error_type": .string(error.type.rawValue), "message": .string(error.message), "details": .object(details),
        ]
        StandardStream.output.write(JSONValue.object(["type": "error", "error": body]).description)
        return CommandFailure(failure.status, [])
    }

    private func show(_ result: DirtyResult, _ opening: String) throws(CommandFailure) {
        for attachment in result.attachments {
            try file?.append(attachment)
        }
        if file == nil, !result.attachments.isEmpty {
            StandardStream.error.write("\(result.attachments.count) attachments are not shown; add --output FILE")
        }
        let value = JSONLine.compact(result.json)
        let line = isForMachines ? Array(opening.utf8) + value + [UInt8(ascii: "}")] : value
        StandardStream.output.write(line + [UInt8(ascii: "\n")])
    }
}
