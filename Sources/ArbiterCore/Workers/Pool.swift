/// The slots that host the same apps: their workers are equals.
struct Pool: Sendable {
    /// The apps, in configuration order; a call's app is found by its position here.
    let apps: [Int]
    /// The ready workers that may get a call and have a free lane, the one dispatched to longest ago first.
    var free = IndexedHeap<UInt64, Int>()
    /// Its apps' backlogs.
    var waiting: WaitingHeads
    /// Its apps' calls that busy lanes were handed.
    var handed: WaitingHeads
    /// Lanes that a call has and that may be handed another, the one whose call began longest ago first.
    ///
    /// A lane that may no more stays until it is looked at, or has its next call.
    var open = IndexedHeap<UInt64, LanePlace>()

    /// A pool without workers.
    init(apps: [Int]) {
        self.apps = apps
        waiting = WaitingHeads(apps: apps.count)
        handed = WaitingHeads(apps: apps.count)
    }

    /// The oldest calls of its apps in this line.
    subscript(line: Line) -> WaitingHeads {
        get {
            switch line {
            case .waiting: waiting
            case .handed: handed
            }
        }
        _modify {
            switch line {
            case .waiting: yield &waiting
            case .handed: yield &handed
            }
        }
    }
}
