extension ArbiterCore {
    /// The slot that calls of this affinity go to while it lives.
    func rendezvousSlot(for affinity: UInt64, app: Int) -> Int? {
        Rendezvous.slot(for: affinity, among: apps[app].slots.lazy.filter { [slots] in !slots[$0].isCrashLooping })
    }

    /// The worker that a call of the app would be sent to now: of those free for it, the one used longest ago.
    mutating func freeWorker(forApp app: Int, boundTo slot: Int?) -> Int? {
        if let slot {
            guard let worker = slots[slot].current, workers.takesCalls(worker) else { return nil }
            let position = apps.position(ofApp: app, inPool: slots[slot].pool)
            return workers.hasLane(worker, forAppAt: position) ? worker : nil
        }
        // Where one waits already, no worker is free for it.
        guard apps[app].backlog.isEmpty else { return nil }
        return leastRecentlyUsedWorker(forApp: app)
    }

    private mutating func leastRecentlyUsedWorker(forApp app: Int) -> Int? {
        var best: (key: UInt64, value: Int)?
        for index in apps[app].seats.indices {
            let seat = apps[app].seats[index]
            let candidate = leastRecentlyUsedWorker(ofPool: seat.pool, forAppAt: seat.position)
            if let candidate, best.map({ candidate.key < $0.key }) ?? true { best = candidate }
        }
        return best?.value
    }

    private mutating func leastRecentlyUsedWorker(
        ofPool pool: Int,
        forAppAt position: Int
    ) -> (key: UInt64, value: Int)? {
        while let first = pools[pool].free.first, !workers.isFree(first.value) { noteBusy(first.value) }
        while let candidate = freeCandidate(ofPool: pool, forAppAt: position) {
            let use = workers[candidate.value].lastUse
            // Keys only rise: the least one that is up to date is the least of all.
            guard candidate.key < use, let handle = workers[candidate.value].free else { return candidate }
            pools[pool].free.update(handle, key: use)
        }
        return nil
    }

    @inline(__always)
    private func freeCandidate(ofPool pool: Int, forAppAt position: Int) -> (key: UInt64, value: Int)? {
        if let first = pools[pool].free.first, workers.isFree(first.value),
            workers.hasLane(first.value, forAppAt: position)
        {
            return first
        }
        // A closure over the machine itself would have all of it copied.
        return pools[pool].free.first { [workers] in workers.isFree($0) && workers.hasLane($0, forAppAt: position) }
    }

    /// Puts a call that waits nowhere on a free lane of the worker.
    mutating func dispatch(_ index: Int, to worker: Int, _ now: Instant) -> Action {
        precondition(now < calls[index].deadline, "call \(calls[index].id) is dispatched past its deadline")
        precondition(
            workers.takesCalls(worker),
            "worker \(workers[worker].id) gets a call while \(workers[worker].state)"
        )
        let app = calls[index].app
        let position = apps.position(ofApp: app, inPool: workers[worker].pool)
        guard let lane = workers[worker].seats[position].isPinned ? 0 : workers[worker].idle.last else {
            preconditionFailure("worker \(workers[worker].id) has no free lane for call \(calls[index].id)")
        }
        precondition(
            workers[worker].seats[position].isConcurrent || workers[worker].seats[position].running == 0,
            "app \(app) takes one call at a time"
        )
        workers[worker].idle.remove(lane)
        calls.update(index) { call in
            call.worker = worker
            call.lane = lane
        }
        let fingerprint = calls[index].fingerprint
        occupy(worker, lane, calls[index].id, app: app, position: position, fingerprint: fingerprint, now)
        noteRunning(index)
        let deadline = min(workers[worker].lanes[lane].runDeadline, calls[index].deadline)
        return .dispatch(
            calls[index].id,
            LaneID(worker: workers[worker].id, index: lane),
            app: AppID(app),
            deadline: deadline < .never ? deadline : nil
        )
    }

    /// Dispatches a call, and hands the lane the next one if one waits.
    mutating func give(_ index: Int, to worker: Int, _ now: Instant, _ actions: inout [Action]) {
        actions.append(dispatch(index, to: worker, now))
        handNext(worker, calls[index].lane, now, &actions)
    }

    /// Gives the lane to a call whose run begins now; its deadline is the caller's business.
    mutating func occupy(
        _ worker: Int,
        _ lane: Int,
        _ call: CallID,
        app: Int,
        position: Int,
        fingerprint: UInt64?,
        _ now: Instant
    ) {
        lastUse += 1
        let use = lastUse
        let bounds = (run: now.advanced(byNanoseconds: apps[app].timeout), stall: stallDeadline(ofApp: app, now))
        workers.update(worker) { worker in
            worker.seats[position].running += 1
            worker.lastUse = use
            worker.lanes[lane].begin(
                call,
                app: app,
                position: position,
                fingerprint: fingerprint,
                use: use,
                bounds: bounds,
                now
            )
        }
    }

    /// The call has its lane from now on, and its client waits for it.
    mutating func noteRunning(_ index: Int) {
        apps[calls[index].app].running += 1
        calls[index].state = .running
        armLane(calls[index].worker, calls[index].lane)
    }

    /// Has the worker found among its pool's free ones, if it is one.
    ///
    /// That it isn't any more is noticed when it is looked at.
    mutating func noteFree(_ worker: Int) {
        guard workers[worker].free == nil, workers.isFree(worker) else { return }
        workers[worker].free = pools[workers[worker].pool].free.insert(worker, key: workers[worker].lastUse)
    }

    private mutating func noteBusy(_ worker: Int) {
        guard let handle = workers[worker].free else { return }
        pools[workers[worker].pool].free.remove(handle)
        workers[worker].free = nil
    }

    /// Gives the worker the oldest calls that it can take, until it can take none.
    mutating func fill(_ worker: Int, _ now: Instant, _ actions: inout [Action]) {
        while workers.isFree(worker) {
            let waiting = oldestCall(in: .waiting, for: worker)
            if claimHanded(for: worker, olderThan: waiting, now, &actions) { return }
            guard let waiting else { return }
            send(waiting, to: worker, now, &actions)
        }
    }

    /// Gives the app's waiting calls to workers that are free for them, until there are no more of either.
    mutating func serve(app: Int, _ now: Instant, _ actions: inout [Action]) {
        while !apps[app].backlog.isEmpty, let worker = leastRecentlyUsedWorker(forApp: app) {
            send(apps[app].backlog.head, to: worker, now, &actions)
        }
    }

    /// Dispatches a waiting call, unless it is refused.
    private mutating func send(_ index: Int, to worker: Int, _ now: Instant, _ actions: inout [Action]) {
        guard !refuse(index, now, &actions) else { return }
        dequeue(index)
        actions.append(dispatch(index, to: worker, now))
    }

    /// Fails a waiting call whose time is over although its deadline hasn't been noticed yet, or which is in quarantine;
    /// whether it did.
    mutating func refuse(_ index: Int, _ now: Instant, _ actions: inout [Action]) -> Bool {
        if let timeout = calls[index].timeout, calls[index].deadline <= now {
            fail(index, .timedOutWaiting(timeout: timeout), &actions)
        } else if let failure = quarantineFailure(calls[index].fingerprint, now) {
            fail(index, failure, &actions)
        } else {
            return false
        }
        return true
    }

    /// The oldest call of the line that an idle lane of the worker can take.
    @inline(__always)
    func oldestCall(in line: Line, for worker: Int) -> Int? {
        if isEmpty(line, for: worker) { return nil }
        // A closure over the machine itself would have all of it copied.
        return oldestCall(in: line, for: worker) { [workers] in workers.hasLane(worker, forAppAt: $0) }
    }

    /// Whether the line has no call for the worker: what is to be asked first, because it is so nearly always.
    ///
    /// Inlined, as other questions are that each call asks: to call them, a copy of the machine is made.
    @inline(__always)
    func isEmpty(_ line: Line, for worker: Int) -> Bool {
        pools[workers[worker].pool].isEmpty(line) && slots[workers[worker].slot].isEmpty(line)
    }

    /// The oldest call of the line, of those for the worker's pool and those bound to its slot, whose app's position
    /// matches.
    @inline(__always)
    func oldestCall(in line: Line, for worker: Int, where matches: (Int) -> Bool) -> Int? {
        let (pool, slot) = (workers[worker].pool, workers[worker].slot)
        let shared = pools[pool].oldest(in: line, where: matches)
        let bound = slots[slot].oldest(in: line, where: matches)
        switch (shared, bound) {
        case (nil, nil):
            return nil
        case (let shared?, let bound?) where bound.sequence < shared.sequence:
            return slots[slot].head(of: line, at: bound.position)
        case (let shared?, _):
            return apps[pools[pool].apps[shared.position]].head(of: line)
        case (nil, let bound?):
            return slots[slot].head(of: line, at: bound.position)
        }
    }
}
