/// Writes an app's manifest: the JSON that `dirty inspect` and `describe` show.
///
/// ```json
/// {"doc":"…","actions":[{"name":"increment","doc":"…","parameters":[
///   {"name":"by","doc":"…","type":"integer","required":false,"default":1}],
///   "returns":"integer","streams":false,"async":false}]}
/// ```
///
/// `type` and `returns` are "string", "integer", "number", "boolean", "bytes", "any", "array of T", "object of T", "T
/// or null", or the name of a type of the plugin's own. `returns` is null where nothing comes back or a stream's chunks
/// are of no one type; empty `doc`s are left out.
enum Manifest {
    static func json<App: DirtyApp>(of app: App.Type) -> [UInt8] {
        var output = JSONOutput()
        output.append("{")
        appendDoc(App.about, to: &output)
        output.append("\"actions\":[")
        appendList(App.actions.list.map(\.signature), to: &output) { append($0, to: &$1) }
        output.append("]}")
        return output.text
    }

    private static func append(_ signature: Signature, to output: inout JSONOutput) {
        output.append("{\"name\":")
        output.append(string: signature.name)
        output.append(",")
        appendDoc(signature.about, to: &output)
        output.append("\"parameters\":[")
        appendList(signature.parameters, to: &output) { append($0, to: &$1) }
        output.append("],\"returns\":")
        if let result = signature.result { output.append(string: result) } else { output.append("null") }
        output.append(",\"streams\":")
        signature.streams.write(to: &output)
        output.append(",\"async\":")
        signature.isAsync.write(to: &output)
        output.append("}")
    }

    private static func append(_ parameter: ParameterInfo, to output: inout JSONOutput) {
        output.append("{\"name\":")
        output.append(string: parameter.name)
        output.append(",")
        appendDoc(parameter.about, to: &output)
        output.append("\"type\":")
        output.append(string: parameter.type)
        output.append(",\"required\":")
        parameter.isRequired.write(to: &output)
        // Bytes can't be shown in a text.
        if let value = parameter.defaultValue, value.attachments.isEmpty {
            output.append(",\"default\":")
            output.text.append(contentsOf: value.text)
        }
        output.append("}")
    }

    private static func appendDoc(_ about: String, to output: inout JSONOutput) {
        guard !about.isEmpty else { return }
        output.append("\"doc\":")
        output.append(string: about)
        output.append(",")
    }

    private static func appendList<Item>(
        _ items: [Item],
        to output: inout JSONOutput,
        _ append: (Item, inout JSONOutput) -> Void
    ) {
        for (index, item) in items.enumerated() {
            if index > 0 { output.append(",") }
            append(item, &output)
        }
    }
}
