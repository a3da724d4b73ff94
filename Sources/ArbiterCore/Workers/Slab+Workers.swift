// What dispatching asks, as questions to the tables: a method of the machine's or of the worker's would have that whole
// value copied for each answer.

extension Slab<Worker> {
    /// Whether calls may be sent to the worker: it serves, and no call of it overruns.
    func takesCalls(_ worker: Int) -> Bool {
        self[worker].state == .ready && self[worker].overrunning == 0
    }

    /// Whether a call could be sent to the worker now: it takes calls, and a lane is idle.
    func isFree(_ worker: Int) -> Bool {
        takesCalls(worker) && !self[worker].idle.isEmpty
    }

    /// Whether a call for the app at `position` could run on the worker now, as far as lanes are concerned.
    func hasLane(_ worker: Int, forAppAt position: Int) -> Bool {
        guard self[worker].seats[position].isConcurrent || self[worker].seats[position].running == 0 else {
            return false
        }
        return self[worker].seats[position].isPinned ? self[worker].idle.contains(0) : !self[worker].idle.isEmpty
    }

    /// Whether the lane, which has a call, may be handed another now.
    func takesHanded(_ worker: Int, _ lane: Int, _ now: Instant) -> Bool {
        takesCalls(worker) && !self[worker].isToBeRecycled
            && self[worker].lanes[lane].state == .running
            && self[worker].lanes[lane].handed == nil
            && !self[worker].lanes[lane].isStalled
            && now < self[worker].lanes[lane].stallDeadline
    }

    /// Whether a call for the app at `position` could run on the lane once the call has ended that it has now.
    ///
    /// One of an app that takes one call at a time follows only a call of the same app, which is the one that it runs.
    func canFollow(_ worker: Int, _ lane: Int, forAppAt position: Int) -> Bool {
        if self[worker].seats[position].isPinned, lane != 0 { return false }
        return self[worker].seats[position].isConcurrent || self[worker].lanes[lane].position == position
    }
}

extension ContiguousArray<App> {
    /// The app's position among the pool's apps.
    func position(ofApp app: Int, inPool pool: Int) -> Int {
        for seat in self[app].seats where seat.pool == pool { return seat.position }
        preconditionFailure("pool \(pool) doesn't host app \(app)")
    }
}
