/// Under backlog a lane is sent its next call while it runs one, so that its worker needn't wait for the way to the
/// arbiter and back.
///
/// A handed call counts as waiting. It has its place by age for whichever lane falls idle, and begins where it was sent
/// only if none does before.
extension ArbiterCore {
    /// A call that takes this long, or twice its app's mean, loses the one handed to its lane.
    static let shortestStall: UInt64 = 1_000_000
    /// Behind calls that take longer on the mean than this, handing early gains nothing.
    static let longestMeanRun: UInt64 = 100_000_000
    /// Requests above this size aren't handed: they would wait in memory for the lane to read them, and be sent twice if
    /// they are taken back.
    static let handedBytes = 64 << 10

    /// The bound on a run of the app's calls; nil for none.
    ///
    /// Mutating for the reason that `alarm` is.
    public mutating func runTimeout(of app: AppID) -> Duration? {
        apps[app.rawValue].configuration.timeout
    }

    /// Hands the lane, which has got its call just now, the oldest waiting call that can follow it.
    mutating func handNext(_ worker: Int, _ lane: Int, _ now: Instant, _ actions: inout [Action]) {
        guard configuration.prefetches, workers.takesHanded(worker, lane, now) else { return }
        while let index = oldestCall(after: worker, lane) {
            if refuse(index, now, &actions) { continue }
            guard calls[index].bytes <= Self.handedBytes else { break }
            hand(index, to: worker, lane, &actions)
            return
        }
        noteOpen(worker, lane)
    }

    /// A call has come to a backlog, and no lane is free for it: a busy one may have it.
    mutating func handArrived(_ index: Int, _ now: Instant, _ actions: inout [Action]) {
        let (app, slot) = (calls[index].app, calls[index].slot)
        // Where an older one waits, no lane may have it either.
        let head = slot.map { slots[$0].head(of: .waiting, at: apps.position(ofApp: app, inPool: slots[$0].pool)) }
        guard head ?? apps[app].backlog.head == index else { return }
        handWaiting(ofApp: app, boundTo: slot, now, &actions)
    }

    /// Hands the app's waiting calls to lanes that may be handed one, until there are no more of either.
    mutating func handWaiting(ofApp app: Int, boundTo slot: Int?, _ now: Instant, _ actions: inout [Action]) {
        guard configuration.prefetches else { return }
        let position = slot.map { apps.position(ofApp: app, inPool: slots[$0].pool) } ?? 0
        while true {
            let head = slot.map { slots[$0].head(of: .waiting, at: position) } ?? apps[app].backlog.head
            guard head >= 0 else { return }
            if refuse(head, now, &actions) { continue }
            guard calls[head].bytes <= Self.handedBytes, let place = openLane(forApp: app, boundTo: slot, now) else {
                return
            }
            hand(head, to: place.worker, place.lane, &actions)
        }
    }

    /// The call on the lane goes on too long for another to wait behind it, or has ended since.
    mutating func stallPassed(_ worker: Int, _ lane: Int, _ now: Instant, _ actions: inout [Action]) {
        if let timer = workers[worker].lanes[lane].stallTimer { timers.remove(timer) }
        workers[worker].lanes[lane].stallTimer = nil
        guard let handed = workers[worker].lanes[lane].handed, handed.fate == .open else { return }
        if workers[worker].lanes[lane].stallDeadline <= now {
            workers[worker].lanes[lane].isStalled = true
            revoke(worker, lane, &actions)
        } else {
            armStall(worker, lane)
        }
    }

    /// Forgets the lane's nodes: its worker is gone.
    mutating func forgetHanding(_ worker: Int, _ lane: Int) {
        if let timer = workers[worker].lanes[lane].stallTimer { timers.remove(timer) }
        workers[worker].lanes[lane].stallTimer = nil
        noteClosed(LanePlace(worker: worker, lane: lane))
    }

    @inline(__always)
    private func oldestCall(after worker: Int, _ lane: Int) -> Int? {
        if isEmpty(.waiting, for: worker) { return nil }
        return oldestCall(in: .waiting, for: worker) { [workers] in workers.canFollow(worker, lane, forAppAt: $0) }
    }

    /// When a call of the app that begins now will have gone on too long for another to wait behind it: at once if the
    /// app's calls take too long as it is.
    @inline(__always)
    func stallDeadline(ofApp app: Int, _ now: Instant) -> Instant {
        let mean = apps[app].meanRun
        return mean > Self.longestMeanRun ? now : now.advanced(byNanoseconds: max(Self.shortestStall, 2 * mean))
    }

    /// Sends a waiting call to a lane that is busy with another.
    private mutating func hand(_ index: Int, to worker: Int, _ lane: Int, _ actions: inout [Action]) {
        let app = calls[index].app
        remove(index, from: .waiting)
        calls[index].state = .handed
        calls[index].worker = worker
        calls[index].lane = lane
        insert(index, into: .handed)
        workers[worker].lanes[lane].handed = HandedCall(
            call: calls[index].id,
            app: app,
            position: apps.position(ofApp: app, inPool: workers[worker].pool),
            fingerprint: calls[index].fingerprint
        )
        armStall(worker, lane)
        noteClosed(LanePlace(worker: worker, lane: lane))
        let deadline = calls[index].deadline
        actions.append(
            .hand(
                calls[index].id,
                LaneID(worker: workers[worker].id, index: lane),
                app: AppID(app),
                deadline: deadline < .never ? deadline : nil
            )
        )
    }

    /// Has the lane looked at when it will have stalled.
    ///
    /// A node that comes earlier is left where it is: cheaper than moving it at every call.
    private mutating func armStall(_ worker: Int, _ lane: Int) {
        let deadline = workers[worker].lanes[lane].stallDeadline
        if let timer = workers[worker].lanes[lane].stallTimer {
            guard deadline < workers[worker].lanes[lane].stallTimerDue else { return }
            timers.update(timer, key: deadline)
        } else {
            let target = TimerTarget.stall(worker: worker, lane: lane)
            workers[worker].lanes[lane].stallTimer = timers.insert(target, key: deadline)
        }
        workers[worker].lanes[lane].stallTimerDue = deadline
    }

    // MARK: Lanes that may be handed a call

    /// The lane that is handed a call of the app next: the one whose own call began longest ago.
    private mutating func openLane(forApp app: Int, boundTo slot: Int?, _ now: Instant) -> LanePlace? {
        if let slot { return openLane(ofSlot: slot, forApp: app, now) }
        var best: (key: UInt64, value: LanePlace)?
        for seat in apps[app].seats {
            let candidate = openLane(ofPool: seat.pool, forAppAt: seat.position, now)
            if let candidate, best.map({ candidate.key < $0.key }) ?? true { best = candidate }
        }
        return best?.value
    }

    private mutating func openLane(
        ofPool pool: Int,
        forAppAt position: Int,
        _ now: Instant
    ) -> (key: UInt64, value: LanePlace)? {
        while let first = pools[pool].open.first?.value, !workers.takesHanded(first.worker, first.lane, now) {
            noteClosed(first)
        }
        // A closure over the machine itself would have all of it copied.
        let matches = { [workers] (place: LanePlace) in
            workers.canFollow(place.worker, place.lane, forAppAt: position)
                && workers.takesHanded(place.worker, place.lane, now)
        }
        while let candidate = pools[pool].open.first(where: matches) {
            let (worker, lane) = (candidate.value.worker, candidate.value.lane)
            let use = workers[worker].lanes[lane].use
            // Keys only rise: the least one that is up to date is the least of all.
            guard candidate.key < use, let handle = workers[worker].lanes[lane].open else { return candidate }
            pools[pool].open.update(handle, key: use)
        }
        return nil
    }

    private func openLane(ofSlot slot: Int, forApp app: Int, _ now: Instant) -> LanePlace? {
        guard let worker = slots[slot].current else { return nil }
        let position = apps.position(ofApp: app, inPool: slots[slot].pool)
        return workers[worker].lanes.indices
            .filter { workers.canFollow(worker, $0, forAppAt: position) && workers.takesHanded(worker, $0, now) }
            .min { workers[worker].lanes[$0].use < workers[worker].lanes[$1].use }
            .map { LanePlace(worker: worker, lane: $0) }
    }

    /// The lane may be handed a call that comes later.
    private mutating func noteOpen(_ worker: Int, _ lane: Int) {
        guard workers[worker].lanes[lane].open == nil else { return }
        workers[worker].lanes[lane].open = pools[workers[worker].pool].open.insert(
            LanePlace(worker: worker, lane: lane),
            key: workers[worker].lanes[lane].use
        )
    }

    private mutating func noteClosed(_ place: LanePlace) {
        guard let open = workers[place.worker].lanes[place.lane].open else { return }
        pools[workers[place.worker].pool].open.remove(open)
        workers[place.worker].lanes[place.lane].open = nil
    }
}
