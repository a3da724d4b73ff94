/// A JSON value, whoever parsed it: the command and the plugin have parsers of their own.
public indirect enum ManifestValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    /// An integer above what ``int(_:)`` holds.
    case uint(UInt64)
    case double(Double)
    case string(String)
    case array([ManifestValue])
    case object([Member])

    /// A member of an object.
    public struct Member: Hashable, Sendable {
        /// Its name.
        public let name: String
        /// Its value.
        public let value: ManifestValue

        /// A member.
        public init(_ name: String, _ value: ManifestValue) {
            self.name = name
            self.value = value
        }
    }
}

extension ManifestValue {
    /// The member `name`; nil if this is no object or has none.
    public subscript(name: String) -> ManifestValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The number as a double, if it is one.
    public var double: Double? {
        switch self {
        case .int(let value): Double(value)
        case .uint(let value): Double(value)
        case .double(let value): value
        case .null, .bool, .string, .array, .object: nil
        }
    }

    /// The value with a JSON Merge Patch (RFC 7396) applied: members of `patch` take the place of those here, and null
    /// takes them away.
    public func merged(with patch: ManifestValue) -> ManifestValue {
        guard case .object(let changes) = patch else { return patch }
        var members: [Member] = if case .object(let members) = self { members } else { [] }
        for change in changes {
            let position = members.firstIndex { $0.name == change.name }
            switch (change.value, position) {
            case (.null, let position?): members.remove(at: position)
            case (.null, nil): break
            case (let value, let position?):
                members[position] = Member(change.name, members[position].value.merged(with: value))
            case (let value, nil):
                members.append(Member(change.name, ManifestValue.object([]).merged(with: value)))
            }
        }
        return .object(members)
    }

    /// The value in words, short enough for a message.
    public var words: String {
        switch self {
        case .null: return "null"
        case .bool(let value): return "\(value)"
        case .int(let value): return "\(value)"
        case .uint(let value): return "\(value)"
        case .double(let value): return "\(value)"
        case .string(let value): return "\"\(value.count > 40 ? value.prefix(40) + "…" : value[...])\""
        case .array: return "an array"
        case .object: return "an object"
        }
    }
}
