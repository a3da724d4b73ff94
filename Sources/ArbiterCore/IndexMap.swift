/// Finds an element's place by its id, for ids that rise over time: the call path's stand-in for a dictionary.
///
/// Open addressing by the id's low bits: ids handed out one after the other hardly ever collide.
struct IndexMap: Sendable {
    private static let empty = Int.min
    private var keys: ContiguousArray<Int>
    private var values: ContiguousArray<Int>
    private(set) var count = 0

    /// An empty map.
    init() {
        keys = ContiguousArray(repeating: Self.empty, count: 16)
        values = ContiguousArray(repeating: 0, count: 16)
    }

    /// The place stored under the id.
    subscript(_ id: Int) -> Int? {
        let position = position(of: id)
        return keys[position] == id ? values[position] : nil
    }

    /// Stores a place under an id that has none.
    mutating func insert(_ id: Int, index: Int) {
        if 2 * (count + 1) > keys.count { grow() }
        let position = position(of: id)
        precondition(keys[position] == Self.empty, "id \(id) is in the map already")
        keys[position] = id
        values[position] = index
        count += 1
    }

    /// Removes the id and returns its place; nil if it had none.
    @discardableResult
    mutating func remove(_ id: Int) -> Int? {
        var hole = position(of: id)
        guard keys[hole] == id else { return nil }
        let index = values[hole]
        let mask = keys.count - 1
        var next = (hole + 1) & mask
        while keys[next] != Self.empty {
            // What was pushed past the hole moves into it, or a later search would stop at the hole.
            if (next - keys[next]) & mask >= (next - hole) & mask {
                keys[hole] = keys[next]
                values[hole] = values[next]
                hole = next
            }
            next = (next + 1) & mask
        }
        keys[hole] = Self.empty
        count -= 1
        return index
    }

    /// Where the id is, or would go.
    private func position(of id: Int) -> Int {
        let mask = keys.count - 1
        var position = id & mask
        while keys[position] != Self.empty, keys[position] != id {
            position = (position + 1) & mask
        }
        return position
    }

    private mutating func grow() {
        let (oldKeys, oldValues) = (keys, values)
        keys = ContiguousArray(repeating: Self.empty, count: 2 * oldKeys.count)
        values = ContiguousArray(repeating: 0, count: 2 * oldKeys.count)
        for (key, value) in zip(oldKeys, oldValues) where key != Self.empty {
            let position = position(of: key)
            keys[position] = key
            values[position] = value
        }
    }
}
