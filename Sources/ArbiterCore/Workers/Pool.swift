/// The slots that host the same apps: their workers are equals.
struct Pool: Sendable {
    /// The apps, in configuration order; a call's app is found by its position here.
    let apps: [Int]
    /// The ready workers that may get a call and have a free lane, the one dispatched to longest ago first.
    ///
    /// One that is free no more stays until it is looked at, and a key may be that of an earlier dispatch.
    var free = IndexedHeap<UInt64, Int>()
    /// Its apps' backlogs.
    var waiting: WaitingHeads
    /// Its apps' calls that busy lanes were handed.
    var handed: WaitingHeads
    /// Lanes that a call has and that may be handed another, the one whose call began longest ago first.
    ///
    /// A lane that may no more stays until it is looked at, or is handed a call, and a key may be that of an earlier call.
    var open = IndexedHeap<UInt64, LanePlace>()

    /// A pool without workers.
    init(apps: [Int]) {
        self.apps = apps
        waiting = WaitingHeads(apps: apps.count)
        handed = WaitingHeads(apps: apps.count)
    }

    /// Whether there is no call in the line of any of its apps.
    func isEmpty(_ line: Line) -> Bool {
        switch line {
        case .waiting: waiting.isEmpty
        case .handed: handed.isEmpty
        }
    }

    /// The oldest call of its apps in the line, of those whose app's position matches.
    func oldest(in line: Line, where matches: (Int) -> Bool) -> (sequence: UInt64, position: Int)? {
        switch line {
        case .waiting: waiting.oldest(where: matches)
        case .handed: handed.oldest(where: matches)
        }
    }

    /// Says which call is the oldest in the line of the app at `position`; nil if there is none.
    mutating func set(_ position: Int, to sequence: UInt64?, in line: Line) {
        switch line {
        case .waiting: waiting.set(position, to: sequence)
        case .handed: handed.set(position, to: sequence)
        }
    }
}
