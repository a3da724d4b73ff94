import DirtyWire
import FFIManifest

extension ManifestValue {
    /// The value, for the reader of manifests.
    init(_ json: JSONValue) {
        switch json {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .int(let value): self = .int(value)
        case .uint(let value): self = .uint(value)
        case .double(let value): self = .double(value)
        case .string(let value): self = .string(value)
        case .array(let elements): self = .array(elements.map { ManifestValue($0) })
        case .object(let members): self = .object(members.map { Member($0.key, ManifestValue($0.value)) })
        }
    }
}

extension JSONValue {
    /// The value, to be written.
    init(_ value: ManifestValue) {
        switch value {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .int(let value): self = .int(value)
        case .uint(let value): self = .uint(value)
        case .double(let value): self = .double(value)
        case .string(let value): self = .string(value)
        case .array(let elements): self = .array(elements.map { JSONValue($0) })
        case .object(let members):
            var object = JSONObject()
            for member in members { object[member.name] = JSONValue(member.value) }
            self = .object(object)
        }
    }
}
