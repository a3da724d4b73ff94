/// Names an entry of an `IndexedHeap` while it is in the heap; then it may name another.
struct HeapHandle: Hashable, Sendable {
    /// The entry's node.
    fileprivate let node: Int32
}

/// A min-heap whose entries can be moved and removed by handle in O(log n), so that nothing stale stays in it.
///
/// Four children a node: fewer levels and fewer cache lines than two.
struct IndexedHeap<Key: Comparable & Sendable, Value: Sendable>: Sendable {
    private struct Entry: Sendable {
        var key: Key
        var node: Int32
    }

    private struct Node: Sendable {
        var value: Value
        /// Where its entry is in `entries`; -1 while the node is free.
        var position: Int32
    }

    private var entries: ContiguousArray<Entry> = []
    private var nodes: ContiguousArray<Node> = []
    private var freeNodes: ContiguousArray<Int32> = []

    /// An empty heap.
    init() {}

    /// How many entries there are.
    var count: Int { entries.count }

    /// The least key and its value.
    var first: (key: Key, value: Value)? {
        entries.isEmpty ? nil : (entries[0].key, nodes[Int(entries[0].node)].value)
    }

    /// Adds an entry.
    mutating func insert(_ value: Value, key: Key) -> HeapHandle {
        let node: Int32
        if let free = freeNodes.popLast() {
            node = free
            nodes[Int(node)].value = value
        } else {
            node = Int32(nodes.count)
            nodes.append(Node(value: value, position: -1))
        }
        nodes[Int(node)].position = Int32(entries.count)
        entries.append(Entry(key: key, node: node))
        siftUp(from: entries.count - 1)
        return HeapHandle(node: node)
    }

    /// Gives the entry another key.
    mutating func update(_ handle: HeapHandle, key: Key) {
        let position = position(of: handle)
        let isEarlier = key < entries[position].key
        entries[position].key = key
        if isEarlier {
            siftUp(from: position)
        } else {
            siftDown(from: position)
        }
    }

    /// Takes the entry out; the handle names nothing afterwards.
    mutating func remove(_ handle: HeapHandle) {
        let position = position(of: handle)
        nodes[Int(handle.node)].position = -1
        freeNodes.append(handle.node)
        let last = entries.removeLast()
        guard position < entries.count else { return }
        let isEarlier = last.key < entries[position].key
        place(last, at: position)
        if isEarlier {
            siftUp(from: position)
        } else {
            siftDown(from: position)
        }
    }

    /// The entry with the least key among those whose value matches.
    ///
    /// Looks only at entries that don't match and at their children, so it is O(1) when the first one matches.
    func first(where matches: (Value) -> Bool) -> (key: Key, value: Value)? {
        guard let root = entries.first else { return nil }
        let value = nodes[Int(root.node)].value
        if matches(value) { return (root.key, value) }
        var best = -1
        for child in 1...4 { search(from: child, best: &best, matches) }
        return best < 0 ? nil : (entries[best].key, nodes[Int(entries[best].node)].value)
    }

    private func search(from position: Int, best: inout Int, _ matches: (Value) -> Bool) {
        guard position < entries.count, best < 0 || entries[position].key < entries[best].key else { return }
        if matches(nodes[Int(entries[position].node)].value) {
            best = position
            return
        }
        for child in 4 * position + 1...4 * position + 4 {
            search(from: child, best: &best, matches)
        }
    }

    private func position(of handle: HeapHandle) -> Int {
        let position = Int(nodes[Int(handle.node)].position)
        precondition(position >= 0, "the heap has no entry \(handle.node)")
        return position
    }

    private mutating func siftUp(from start: Int) {
        let entry = entries[start]
        var position = start
        while position > 0 {
            let parent = (position - 1) / 4
            guard entry.key < entries[parent].key else { break }
            place(entries[parent], at: position)
            position = parent
        }
        if position != start { place(entry, at: position) }
    }

    private mutating func siftDown(from start: Int) {
        let entry = entries[start]
        var position = start
        while true {
            let firstChild = 4 * position + 1
            guard firstChild < entries.count else { break }
            var least = firstChild
            for child in firstChild + 1..<max(firstChild + 1, min(firstChild + 4, entries.count))
            where entries[child].key < entries[least].key {
                least = child
            }
            guard entries[least].key < entry.key else { break }
            place(entries[least], at: position)
            position = least
        }
        if position != start { place(entry, at: position) }
    }

    private mutating func place(_ entry: Entry, at position: Int) {
        entries[position] = entry
        nodes[Int(entry.node)].position = Int32(position)
    }
}
