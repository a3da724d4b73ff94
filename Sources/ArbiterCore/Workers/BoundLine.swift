/// The calls of one line that are bound to a slot.
struct BoundLine: Sendable {
    /// By their app's position in the pool.
    var backlogs: ContiguousArray<Backlog>
    /// The same by age.
    var heads: WaitingHeads

    /// A line without calls, for a slot of so many apps.
    init(apps: Int) {
        backlogs = ContiguousArray(repeating: Backlog(), count: apps)
        heads = WaitingHeads(apps: apps)
    }
}
