/// The slots that host the same apps: their workers are equals.
struct Pool: Sendable {
    /// The apps, in configuration order; a call's app is found by its position here.
    let apps: [Int]
    /// The ready workers that may get a call and have a free lane, the one dispatched to longest ago first.
    var free = IndexedHeap<UInt64, Int>()
    /// Its apps' backlogs.
    var waiting: WaitingHeads

    /// A pool without workers.
    init(apps: [Int]) {
        self.apps = apps
        waiting = WaitingHeads(apps: apps.count)
    }
}
