/// The members of a JSON object, in the order they came; no two share a name.
///
/// Two objects are equal if they have the same members in the same order.
public struct JSONObject: Hashable, Sendable {
    private var members: [Member]
    /// Positions by name, kept only beyond ``indexedCount`` members: hostile input must not make look-ups quadratic.
    private var positions: [String: Int]

    private struct Member: Hashable, Sendable {
        var key: String
        var value: JSONValue
    }

    private static let indexedCount = 16

    /// An object without members.
    public init() {
        members = []
        positions = [:]
    }

    /// How many members there are.
    public var count: Int { members.count }
    /// Whether there are none.
    public var isEmpty: Bool { members.isEmpty }
    /// The members' names, in order.
    public var keys: [String] { members.map(\.key) }

    /// The value of the member named `key`; nil if there is none.
    ///
    /// Setting it replaces the value in its place, or adds the member at the end; setting nil removes it.
    public subscript(key: String) -> JSONValue? {
        get {
            position(of: key).map { members[$0].value }
        }
        set {
            switch (position(of: key), newValue) {
            case (let position?, let value?):
                members[position].value = value
            case (let position?, nil):
                members.remove(at: position)
                rebuildPositions()
            case (nil, let value?):
                append(key, value)
            case (nil, nil):
                break
            }
        }
    }

    /// Adds the members of `other` that are not here yet.
    public mutating func addMissing(from other: JSONObject) {
        for member in other.members where position(of: member.key) == nil {
            append(member.key, member.value)
        }
    }

    /// Adds a member at the end, if there is none of its name; says whether it did.
    mutating func insert(_ key: String, _ value: JSONValue) -> Bool {
        guard position(of: key) == nil else { return false }
        append(key, value)
        return true
    }

    private func position(of key: String) -> Int? {
        members.count > Self.indexedCount ? positions[key] : members.firstIndex { $0.key == key }
    }

    private mutating func append(_ key: String, _ value: JSONValue) {
        members.append(Member(key: key, value: value))
        if members.count == Self.indexedCount + 1 {
            rebuildPositions()
        } else if members.count > Self.indexedCount {
            positions[key] = members.count - 1
        }
    }

    private mutating func rebuildPositions() {
        positions.removeAll(keepingCapacity: true)
        guard members.count > Self.indexedCount else { return }
        for (position, member) in members.enumerated() {
            positions[member.key] = position
        }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// The members as listed; of two with the same name the later value stays.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init()
        for (key, value) in elements {
            self[key] = value
        }
    }
}

extension JSONObject: Sequence {
    /// Visits the members in order.
    public func makeIterator() -> some IteratorProtocol<(key: String, value: JSONValue)> {
        members.lazy.map { (key: $0.key, value: $0.value) }.makeIterator()
    }
}
