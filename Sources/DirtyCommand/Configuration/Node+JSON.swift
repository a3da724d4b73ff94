import DirtyWire
import Yams

extension Node {
    /// The text of a scalar as it is written, without quotes; nil for lists and mappings.
    var scalarText: String? {
        if case .scalar(let scalar) = self { scalar.string } else { nil }
    }

    /// Whether there is nothing at all: an empty document.
    var isEmptyScalar: Bool {
        if case .scalar(let scalar) = self { scalar.string.isEmpty } else { false }
    }

    /// The node as JSON; nil for what JSON doesn't have: keys that aren't scalars, numbers that aren't finite.
    var json: JSONValue? {
        switch self {
        case .scalar(let scalar):
            return Self.json(of: self, scalar)
        case .sequence(let elements):
            var values: [JSONValue] = []
            for element in elements {
                guard let value = element.json else { return nil }
                values.append(value)
            }
            return .array(values)
        case .mapping(let members):
            var object = JSONObject()
            for (key, value) in members {
                guard let name = key.scalarText, let value = value.json else { return nil }
                object[name] = value
            }
            return .object(object)
        case .alias:
            return nil
        }
    }

    private static func json(of node: Node, _ scalar: Scalar) -> JSONValue? {
        switch Resolver.default.resolveTag(of: node) {
        case .null: return .null
        case .bool: return node.bool.map { .bool($0) }
        case .int: return node.int.map { JSONValue($0) }
        case .float: return node.float.flatMap { $0.isFinite ? .double($0) : nil }
        default: return .string(scalar.string)
        }
    }
}
