/// Elements at places that stay theirs until they are removed; the places of removed ones are used again.
///
/// Using a place that holds nothing is a bug of ours, and traps.
struct Slab<Element: Sendable>: Sendable {
    private struct Place: Sendable {
        /// Stays here after its removal until another takes its place: optional ones would be copied at each access.
        var element: Element
        /// The place that is used again after this one; `taken` while it holds an element.
        var nextFree: Int
    }

    private static var taken: Int { -2 }
    private static var none: Int { -1 }

    private var places: ContiguousArray<Place> = []
    private var firstFree = Slab.none
    /// How many elements there are.
    private(set) var count = 0

    /// An empty slab.
    init() {}

    /// The places that hold an element, in order.
    var indices: some Sequence<Int> {
        places.indices.lazy.filter { [places] in places[$0].nextFree == Self.taken }
    }

    /// The place that the next inserted element gets.
    var nextIndex: Int { firstFree == Self.none ? places.count : firstFree }

    /// Whether the place holds an element.
    func contains(_ index: Int) -> Bool {
        places.indices.contains(index) && places[index].nextFree == Self.taken
    }

    /// Stores the element; returns its place.
    mutating func insert(_ element: Element) -> Int {
        count += 1
        let index = firstFree
        guard index != Self.none else {
            places.append(Place(element: element, nextFree: Self.taken))
            return places.count - 1
        }
        firstFree = places[index].nextFree
        places[index] = Place(element: element, nextFree: Self.taken)
        return index
    }

    /// Empties the place.
    mutating func remove(at index: Int) {
        precondition(places[index].nextFree == Self.taken, "place \(index) holds nothing")
        places[index].nextFree = firstFree
        firstFree = index
        count -= 1
    }

    /// Changes the element by `body`: many changes at once for one look at its place.
    @inline(__always)
    mutating func update(_ index: Int, _ body: (inout Element) -> Void) {
        body(&self[index])
    }

    subscript(_ index: Int) -> Element {
        @inline(__always)
        get {
            // Looked at once: what isn't optimized copies the place for each look.
            let place = places[index]
            precondition(place.nextFree == Self.taken, "place \(index) holds nothing")
            return place.element
        }
        @inline(__always)
        _modify {
            precondition(places[index].nextFree == Self.taken, "place \(index) holds nothing")
            yield &places[index].element
        }
    }
}
