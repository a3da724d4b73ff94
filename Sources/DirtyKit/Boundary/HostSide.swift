/// What the other side of the boundary does with arguments and results: for DirtyKitTesting, which plays the host.
package enum HostSide {
    /// A call's arguments as they travel.
    package struct Arguments {
        package let args: [UInt8]
        package let kwargs: [UInt8]
        package let attachments: [[UInt8]]
    }

    /// Writes a call's arguments; bytes in them become attachments, numbered over both.
    package static func encode(
        _ arguments: [any Encodable],
        keywords: [(name: String, value: any Encodable)]
    ) throws -> Arguments {
        var output = JSONOutput()
        output.append("[")
        for (index, argument) in arguments.enumerated() {
            if index > 0 { output.append(",") }
            try output.append(value: argument)
        }
        output.append("]")
        let args = output.text
        output.text = []
        output.append("{")
        for (index, keyword) in keywords.enumerated() {
            if index > 0 { output.append(",") }
            output.append(string: keyword.name)
            output.append(":")
            try output.append(value: keyword.value)
        }
        output.append("}")
        return Arguments(
            args: args,
            kwargs: output.text,
            attachments: output.attachments.map { attachment in attachment.withUnsafeBytes { [UInt8]($0) } }
        )
    }

    /// Reads a result, a chunk or an error.
    /// - Throws: ``AppError`` that says what was expected and what is there.
    package static func decode<Value: Decodable>(
        _ type: Value.Type,
        from text: [UInt8],
        attachments: [[UInt8]]
    ) throws -> Value {
        let raw = try RawJSON(text, attachments: attachments)
        return try raw.decode(as: type)
    }

    /// The app's manifest, as `dirty inspect` gets it.
    package static func manifest<App: DirtyApp>(of app: App.Type) -> [UInt8] {
        Manifest.json(of: app)
    }
}
