/// Elements at places that stay theirs until they are removed; the places of removed ones are used again.
///
/// Reading a place that holds nothing is a bug of ours, and traps.
struct Slab<Element: Sendable>: Sendable {
    private var elements: ContiguousArray<Element?> = []
    private var free: ContiguousArray<Int> = []

    /// An empty slab.
    init() {}

    /// How many elements there are.
    var count: Int { elements.count - free.count }

    /// The places that hold an element, in order.
    var indices: some Sequence<Int> {
        elements.indices.lazy.filter { [elements] in elements[$0] != nil }
    }

    /// The place that the next inserted element gets.
    var nextIndex: Int { free.last ?? elements.count }

    /// Whether the place holds an element.
    func contains(_ index: Int) -> Bool {
        elements.indices.contains(index) && elements[index] != nil
    }

    /// Stores the element; returns its place.
    mutating func insert(_ element: Element) -> Int {
        guard let index = free.popLast() else {
            elements.append(element)
            return elements.count - 1
        }
        elements[index] = element
        return index
    }

    /// Empties the place.
    mutating func remove(at index: Int) {
        precondition(elements[index] != nil, "place \(index) holds nothing")
        elements[index] = nil
        free.append(index)
    }

    subscript(_ index: Int) -> Element {
        _read { yield elements[index]! }
        _modify { yield &elements[index]! }
    }
}
