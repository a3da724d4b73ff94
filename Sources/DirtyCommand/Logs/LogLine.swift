import DirtyWire
import Logging

/// One event as it is written.
struct LogLine {
    let time: String
    let level: Logger.Level
    let label: String
    let message: String
    let facts: [(key: String, value: Logger.MetadataValue)]

    /// The line, without a line break: control characters are escaped, so that nobody can forge a second one.
    func text(_ format: LogFormat) -> String {
        switch format {
        case .text:
            let level = level.rawValue.uppercased()
            let padding = String(repeating: " ", count: max(0, 8 - level.count))
            return facts.reduce("\(time) \(level)\(padding) \(Self.printable(message))") { line, fact in
                "\(line) \(fact.key)=\(Self.quoted(fact.value.description))"
            }
        case .json:
            var object: JSONObject = [
                "time": .string(time), "level": .string(level.rawValue), "logger": .string(label),
                "message": .string(message),
            ]
            for fact in facts where object[fact.key] == nil {
                object[fact.key] = Self.json(fact.value)
            }
            return JSONValue.object(object).description
        }
    }

    private static func json(_ value: Logger.MetadataValue) -> JSONValue {
        switch value {
        case .string(let text): .string(text)
        case .stringConvertible(let number as Int): JSONValue(number)
        case .stringConvertible(let flag as Bool): .bool(flag)
        case .stringConvertible(let value): .string(value.description)
        case .array(let values): .array(values.map(json))
        case .dictionary(let values):
            .object(
                values.sorted { $0.key < $1.key }.reduce(into: JSONObject()) { object, entry in
                    object[entry.key] = json(entry.value)
                }
            )
        }
    }

    private static func quoted(_ text: String) -> String {
        let isPlain = !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "\"") && $0 != 0x7F }
        return isPlain ? text : JSONValue.string(text).description
    }

    private static func printable(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return text }
        return String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 })
        )
    }
}
