/// The backlogs that a worker may serve, ordered by how long their oldest call has waited.
///
/// A backlog is named by its app's position in the pool.
struct WaitingHeads: Sendable {
    private var heap = IndexedHeap<UInt64, Int>()
    private var handles: ContiguousArray<HeapHandle?>

    /// Nothing waits for any of the pool's apps.
    init(apps: Int) {
        handles = ContiguousArray(repeating: nil, count: apps)
    }

    /// Whether nothing waits.
    var isEmpty: Bool { heap.count == 0 }

    /// Says which call is the oldest in the backlog at `position`; nil if none waits.
    mutating func set(_ position: Int, to sequence: UInt64?) {
        switch (handles[position], sequence) {
        case (nil, nil):
            break
        case (nil, let sequence?):
            handles[position] = heap.insert(position, key: sequence)
        case (let handle?, nil):
            heap.remove(handle)
            handles[position] = nil
        case (let handle?, let sequence?):
            heap.update(handle, key: sequence)
        }
    }

    /// The oldest call of the backlogs that match, by its sequence and its backlog's position.
    func oldest(where matches: (Int) -> Bool) -> (sequence: UInt64, position: Int)? {
        heap.first(where: matches).map { ($0.key, $0.value) }
    }
}
