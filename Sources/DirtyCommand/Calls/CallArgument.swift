import ArgumentParser
import DirtyWire

/// A value typed on the command line: JSON if it parses as JSON, else a string.
struct CallArgument: Equatable {
    /// The value as JSON text.
    let json: [UInt8]
    /// Whether the text was JSON, not a string for want of better.
    let isJSON: Bool

    init(_ text: String) {
        let bytes = Array(text.utf8)
        isJSON = (try? JSONValue(parsing: bytes)) != nil
        json = isJSON ? bytes : JSONValue.string(text).serialized()
    }

    /// Whether the value says where an attachment's bytes belong.
    var namesAttachment: Bool {
        guard isJSON, let value = try? JSONValue(parsing: json) else { return false }
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

/// `NAME=VALUE`, an argument by name.
struct KeywordArgument: ExpressibleByArgument, Equatable {
    let name: String
    let value: CallArgument

    init?(argument: String) {
        guard let separator = argument.firstIndex(of: "="), separator != argument.startIndex else { return nil }
        name = String(argument[..<separator])
        value = CallArgument(String(argument[argument.index(after: separator)...]))
    }
}
