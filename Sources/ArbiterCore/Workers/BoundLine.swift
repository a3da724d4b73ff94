/// The calls of one line that are bound to a slot.
struct BoundLine: Sendable {
    /// By their app's position in the pool.
    private(set) var backlogs: ContiguousArray<Backlog>
    /// The same by age.
    private(set) var heads: WaitingHeads

    /// A line without calls, for a slot of so many apps.
    init(apps: Int) {
        backlogs = ContiguousArray(repeating: Backlog(), count: apps)
        heads = WaitingHeads(apps: apps)
    }

    /// Puts a call of the app at `position` at its place.
    mutating func insert(_ index: Int, at position: Int, in calls: inout Slab<Call>) {
        let head = backlogs[position].head
        backlogs[position].insert(index, in: &calls)
        if backlogs[position].head != head { noteHead(at: position, in: calls) }
    }

    /// Takes a call of the app at `position` out.
    mutating func remove(_ index: Int, at position: Int, in calls: inout Slab<Call>) {
        let head = backlogs[position].head
        backlogs[position].remove(index, in: &calls)
        if backlogs[position].head != head { noteHead(at: position, in: calls) }
    }

    private mutating func noteHead(at position: Int, in calls: borrowing Slab<Call>) {
        let head = backlogs[position].head
        heads.set(position, to: head < 0 ? nil : calls[head].id.sequence)
    }
}
