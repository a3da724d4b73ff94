import DirtyWire

/// Turns Swift values into JSON trees and takes their bytes out as attachments.
///
/// One encoder serves all the arguments of a call, so that attachments are counted through.
final class ArgumentEncoder {
    /// The bytes met so far, in order.
    private(set) var attachments: [[UInt8]] = []

    /// The JSON tree of `value`.
    func encode(_ value: any Encodable) throws -> JSONValue {
        try encode(value, at: [])
    }

    func encode(_ value: any Encodable, at path: [any CodingKey]) throws -> JSONValue {
        if let special = specialForm(of: value) { return special }
        let node = EncodingNode()
        try value.encode(to: NodeEncoder(encoder: self, node: node, codingPath: path))
        return node.json
    }

    /// Values that encode as something else than what their type says: trees as themselves, bytes as attachments.
    private func specialForm(of value: any Encodable) -> JSONValue? {
        if let tree = value as? JSONValue { return tree }
        if let text = value as? String { return .string(text) }
        // Not by way of `[UInt8]`: any empty array can be cast to that.
        if let bytes = value as? any RandomAccessCollection<UInt8> { return attach(Array(bytes)) }
        return nil
    }

    private func attach(_ bytes: [UInt8]) -> JSONValue {
        attachments.append(bytes)
        return ["$attachment": JSONValue(attachments.count - 1)]
    }
}

/// A value in the making; containers that a type has asked for twice, or keeps for later, share it.
final class EncodingNode {
    private enum Contents {
        case none
        case value(JSONValue)
        case array([EncodingNode])
        case object([(key: String, node: EncodingNode)])
    }

    private var contents = Contents.none

    /// The tree; an object without members for a type that encoded nothing.
    var json: JSONValue {
        switch contents {
        case .none: return .object(JSONObject())
        case .value(let value): return value
        case .array(let nodes): return .array(nodes.map(\.json))
        case .object(let members):
            var object = JSONObject()
            for member in members {
                object[member.key] = member.node.json
            }
            return .object(object)
        }
    }

    /// How many elements it has as an array.
    var elementCount: Int {
        if case .array(let nodes) = contents { nodes.count } else { 0 }
    }

    func set(_ value: JSONValue) {
        contents = .value(value)
    }

    func beArray() {
        if case .none = contents { contents = .array([]) }
    }

    func beObject() {
        if case .none = contents { contents = .object([]) }
    }

    func appendElement() -> EncodingNode {
        guard case .array(var nodes) = contents else { preconditionFailure("an element is encoded into no array") }
        contents = .none
        let node = EncodingNode()
        nodes.append(node)
        contents = .array(nodes)
        return node
    }

    func member(_ key: String) -> EncodingNode {
        guard case .object(var members) = contents else { preconditionFailure("a member is encoded into no object") }
        if let known = members.first(where: { $0.key == key }) { return known.node }
        contents = .none
        let node = EncodingNode()
        members.append((key, node))
        contents = .object(members)
        return node
    }
}
