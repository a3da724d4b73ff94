/// One value being encoded: shared by all containers its encoder hands out, so that they agree on commas and brackets.
final class EncodingFrame {
    /// What the value has turned out to be.
    enum Kind: String {
        case undecided = "nothing"
        case object = "an object"
        case array = "an array"
        case single = "a single value"
    }

    let sink: EncodingSink
    let path: CodingPath?
    private var kind = Kind.undecided
    /// Members or elements so far.
    private(set) var count = 0

    init(sink: EncodingSink, path: CodingPath?) {
        self.sink = sink
        self.path = path
    }

    /// Makes the value `wanted`, or notes that it is something else already.
    func become(_ wanted: Kind) {
        switch (kind, wanted) {
        case (.undecided, .object): sink.output.append("{")
        case (.undecided, .array): sink.output.append("[")
        case (.undecided, .single), (.object, .object), (.array, .array): break
        default: sink.fail("it was encoded as \(kind.rawValue) and then as \(wanted.rawValue)")
        }
        kind = wanted
    }

    /// Ends the value.
    ///
    /// One that encoded nothing is an empty object.
    func close() {
        switch kind {
        case .undecided: sink.output.append("{}")
        case .object: sink.output.append("}")
        case .array: sink.output.append("]")
        case .single: break
        }
    }

    /// Writes a member's key or an element's comma, then what `write` writes; all or nothing.
    func add<Result>(_ key: String?, _ write: () throws -> Result) rethrows -> Result {
        let mark = sink.mark
        if count > 0 { sink.output.append(",") }
        if let key {
            sink.output.append(string: key)
            sink.output.append(":")
        }
        count += 1
        do {
            return try write()
        } catch {
            count -= 1
            sink.goBack(to: mark)
            throw error
        }
    }

    /// Writes `value`, which `key` led to.
    func write<Value: Encodable>(_ value: Value, key: (any CodingKey)?) throws {
        if let direct = value as? any DirectlyEncodable { return try sink.write(direct) }
        try ValueEncoder.write(value, to: sink, path: key.map { CodingPath(path, $0) } ?? path)
    }
}
