import DirtyClient

/// A value of the conformance cases: JSON, and bytes.
indirect enum CaseValue: Equatable, Sendable {
    case plain(JSONValue)
    case bytes([UInt8])
    case array([CaseValue])
    case object([(key: String, value: CaseValue)])

    /// The value that a case means, with bytes, long texts, the call's number and a unique text in their places.
    init(_ value: JSONValue, index: Int = 0, unique: String = "") {
        switch value {
        case .string("$index"): self = .plain(JSONValue(index))
        case .string("$unique"): self = .plain(.string(unique))
        case .array(let elements): self = .array(elements.map { CaseValue($0, index: index, unique: unique) })
        case .object(let members):
            if let bytes = members["$bytes"] {
                self = .bytes(Self.bytes(bytes))
            } else if let text = members["$text"] {
                let part = text["repeat"]?.stringValue ?? ""
                self = .plain(.string(String(repeating: part, count: text["count"]?.intValue ?? 0)))
            } else {
                self = .object(members.map { ($0.key, CaseValue($0.value, index: index, unique: unique)) })
            }
        case .null, .bool, .int, .uint, .double, .string: self = .plain(value)
        }
    }

    /// The value that a result holds, with its bytes where its JSON refers to them; what is no JSON is told as text.
    init(anyResult result: DirtyResult) {
        if let value = try? JSONValue(parsing: result.json) {
            self.init(result: value, attachments: result.attachments)
        } else {
            self = .plain(.string("no JSON: \(String(decoding: result.json.prefix(200), as: UTF8.self))"))
        }
    }

    private init(result value: JSONValue, attachments: [[UInt8]]) {
        switch value {
        case .array(let elements): self = .array(elements.map { CaseValue(result: $0, attachments: attachments) })
        case .object(let members):
            if members.count == 1, let index = members["$attachment"]?.intValue {
                self = .bytes(attachments[index])
            } else {
                self = .object(members.map { ($0.key, CaseValue(result: $0.value, attachments: attachments)) })
            }
        case .null, .bool, .int, .uint, .double, .string: self = .plain(value)
        }
    }

    private static func bytes(_ value: JSONValue) -> [UInt8] {
        guard let size = value["size"]?.intValue, let seed = value["seed"]?.intValue else {
            return Base64Text.bytes(value.stringValue ?? "")
        }
        return (0..<size).map { UInt8(truncatingIfNeeded: $0 &* seed &+ ($0 >> 8)) }
    }

    /// The member named `key` of an object.
    subscript(key: String) -> CaseValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    static func == (left: CaseValue, right: CaseValue) -> Bool {
        CaseMatch.difference(right, from: left) == nil
    }
}

extension CaseValue: Encodable {
    /// As an argument of a call: bytes as those of Swift, so that they travel as attachments.
    func encode(to encoder: any Encoder) throws {
        switch self {
        case .plain(let value):
            try value.encode(to: encoder)
        case .bytes(let bytes):
            var container = encoder.singleValueContainer()
            try container.encode(bytes)
        case .array(let elements):
            var container = encoder.unkeyedContainer()
            for element in elements { try container.encode(element) }
        case .object(let members):
            var container = encoder.container(keyedBy: Name.self)
            for (key, value) in members { try container.encode(value, forKey: Name(stringValue: key)) }
        }
    }

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
