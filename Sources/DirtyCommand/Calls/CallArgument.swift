import ArgumentParser
import DirtyWire

/// A value typed on the command line: JSON if it parses as JSON, else a string.
struct CallArgument: Equatable {
    /// The value as JSON text.
    let json: [UInt8]

    /// The value that `text` stands for by itself.
    init(_ text: String) {
        json = Self.isJSON(text) ? Array(text.utf8) : JSONValue.string(text).serialized()
    }

    /// A value whose JSON text is known to be that.
    init(json: [UInt8]) {
        self.json = json
    }

    /// Whether `text` is JSON, and not a string for want of better.
    static func isJSON(_ text: String) -> Bool {
        (try? JSONValue(parsing: text)) != nil
    }

    /// Whether the value says where an attachment's bytes belong.
    var namesAttachment: Bool {
        guard let value = try? JSONValue(parsing: json) else { return false }
        return Self.namesAttachment(value)
    }

    private static func namesAttachment(_ value: JSONValue) -> Bool {
        switch value {
        case .array(let elements): elements.contains(where: namesAttachment)
        case .object(let members): members["$attachment"] != nil || members.contains { namesAttachment($0.value) }
        case .null, .bool, .int, .uint, .double, .string: false
        }
    }
}

/// `NAME=VALUE`, an argument by name; the value as it was typed.
struct KeywordArgument: ExpressibleByArgument, Equatable {
    let name: String
    let text: String

    init?(argument: String) {
        guard let separator = argument.firstIndex(of: "="), separator != argument.startIndex else { return nil }
        name = String(argument[..<separator])
        text = String(argument[argument.index(after: separator)...])
    }
}
