import DirtyKit
import FFIManifest

extension ManifestValue {
    /// The value that an app's configuration holds; members in the order of their names.
    init(_ json: JSON) {
        switch json {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .int(let value): self = .int(value)
        case .uint(let value): self = .uint(value)
        case .double(let value): self = .double(value)
        case .string(let value): self = .string(value)
        case .bytes: self = .null
        case .array(let elements): self = .array(elements.map { ManifestValue($0) })
        case .object(let members):
            self = .object(members.sorted { $0.key < $1.key }.map { Member($0.key, ManifestValue($0.value)) })
        }
    }
}

extension JSON {
    /// The value, to be shown.
    init(_ value: ManifestValue) {
        switch value {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .int(let value): self = .int(value)
        case .uint(let value): self = .uint(value)
        case .double(let value): self = .double(value)
        case .string(let value): self = .string(value)
        case .array(let elements): self = .array(elements.map { JSON($0) })
        case .object(let members):
            self = .object(Dictionary(members.map { ($0.name, JSON($0.value)) }) { _, last in last })
        }
    }
}
