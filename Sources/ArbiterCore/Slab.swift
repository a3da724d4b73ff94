/// Elements at places that stay theirs until they are removed; the places of removed ones are used again.
///
/// Using a place that holds nothing is a bug of ours, and traps.
struct Slab<Element: Sendable>: Sendable {
    /// A removed element stays here until another takes its place: optional ones would be copied at each access.
    private var elements: ContiguousArray<Element> = []
    private var isTaken: ContiguousArray<Bool> = []
    private var free: ContiguousArray<Int> = []

    /// An empty slab.
    init() {}

    /// How many elements there are.
    var count: Int { elements.count - free.count }

    /// The places that hold an element, in order.
    var indices: some Sequence<Int> {
        isTaken.indices.lazy.filter { [isTaken] in isTaken[$0] }
    }

    /// The place that the next inserted element gets.
    var nextIndex: Int { free.last ?? elements.count }

    /// Whether the place holds an element.
    func contains(_ index: Int) -> Bool {
        isTaken.indices.contains(index) && isTaken[index]
    }

    /// Stores the element; returns its place.
    mutating func insert(_ element: Element) -> Int {
        guard let index = free.popLast() else {
            elements.append(element)
            isTaken.append(true)
            return elements.count - 1
        }
        elements[index] = element
        isTaken[index] = true
        return index
    }

    /// Empties the place.
    mutating func remove(at index: Int) {
        precondition(isTaken[index], "place \(index) holds nothing")
        isTaken[index] = false
        free.append(index)
    }

    subscript(_ index: Int) -> Element {
        @inline(__always)
        get {
            precondition(isTaken[index], "place \(index) holds nothing")
            return elements[index]
        }
        _modify {
            precondition(isTaken[index], "place \(index) holds nothing")
            yield &elements[index]
        }
    }
}
