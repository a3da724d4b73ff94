extension ArbiterCore {
    /// The slot that calls of this affinity go to while it lives.
    func rendezvousSlot(for affinity: UInt64, app: Int) -> Int? {
        Rendezvous.slot(for: affinity, among: apps[app].slots.lazy.filter { [slots] in !slots[$0].isCrashLooping })
    }

    /// The worker that a call of the app would be sent to now: of those free for it, the one used longest ago.
    func freeWorker(forApp app: Int, boundTo slot: Int?) -> Int? {
        if let slot {
            guard let worker = slots[slot].current, workers.takesCalls(worker) else { return nil }
            let position = apps.position(ofApp: app, inPool: slots[slot].pool)
            return workers.hasLane(worker, forAppAt: position) ? worker : nil
        }
        // Where one waits already, no worker is free for it.
        guard apps[app].backlog.isEmpty else { return nil }
        return leastRecentlyUsedWorker(forApp: app)
    }

    private func leastRecentlyUsedWorker(forApp app: Int) -> Int? {
        var best: (key: UInt64, value: Int)?
        for seat in apps[app].seats {
            let position = seat.position
            // A closure over the machine itself would have all of it copied.
            let candidate = pools[seat.pool].free.first { [workers] in workers.hasLane($0, forAppAt: position) }
            if let candidate, best.map({ candidate.key < $0.key }) ?? true { best = candidate }
        }
        return best?.value
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
        workers[worker].seats[position].running += 1
        lastUse += 1
        workers[worker].lastUse = lastUse
        apps[app].running += 1
        calls[index].state = .running
        calls[index].worker = worker
        calls[index].lane = lane
        let runDeadline = now.advanced(byNanoseconds: apps[app].timeout)
        var occupied = Lane()
        occupied.state = .running
        occupied.call = calls[index].id
        occupied.fingerprint = calls[index].fingerprint
        occupied.app = app
        occupied.position = position
        occupied.dispatched = now
        occupied.runDeadline = runDeadline
        workers[worker].lanes[lane] = occupied
        armLane(worker, lane)
        noteFree(worker)
        let deadline = min(runDeadline, calls[index].deadline)
        return .dispatch(
            calls[index].id,
            LaneID(worker: workers[worker].id, index: lane),
            app: AppID(app),
            deadline: deadline < .never ? deadline : nil
        )
    }

    /// Keeps the worker's node among its pool's free workers true.
    mutating func noteFree(_ worker: Int) {
        let pool = workers[worker].pool
        let isFree = workers.takesCalls(worker) && !workers[worker].idle.isEmpty
        if let handle = workers[worker].free {
            if isFree {
                pools[pool].free.update(handle, key: workers[worker].lastUse)
            } else {
                pools[pool].free.remove(handle)
                workers[worker].free = nil
            }
        } else if isFree {
            workers[worker].free = pools[pool].free.insert(worker, key: workers[worker].lastUse)
        }
    }

    /// Gives the worker the oldest calls that it can take, until it can take none.
    mutating func fill(_ worker: Int, _ now: Instant, _ actions: inout [Action]) {
        while workers.takesCalls(worker), !workers[worker].idle.isEmpty, let index = oldestCall(for: worker) {
            send(index, to: worker, now, &actions)
        }
    }

    /// Gives the app's waiting calls to workers that are free for them, until there are no more of either.
    mutating func serve(app: Int, _ now: Instant, _ actions: inout [Action]) {
        while !apps[app].backlog.isEmpty, let worker = leastRecentlyUsedWorker(forApp: app) {
            send(apps[app].backlog.head, to: worker, now, &actions)
        }
    }

    /// Dispatches a waiting call, unless its time is over although its deadline hasn't been noticed yet.
    private mutating func send(_ index: Int, to worker: Int, _ now: Instant, _ actions: inout [Action]) {
        if let timeout = calls[index].timeout, calls[index].deadline <= now {
            fail(index, .timedOutWaiting(timeout: timeout), &actions)
        } else if let failure = quarantineFailure(calls[index].fingerprint, now) {
            fail(index, failure, &actions)
        } else {
            dequeue(index)
            actions.append(dispatch(index, to: worker, now))
        }
    }

    /// The oldest waiting call that the worker can take: of its pool's backlogs and of those bound to its slot.
    private func oldestCall(for worker: Int) -> Int? {
        let (pool, slot) = (workers[worker].pool, workers[worker].slot)
        // A closure over the machine itself would have all of it copied.
        let shared = pools[pool].waiting.oldest { [workers] in workers.hasLane(worker, forAppAt: $0) }
        let bound = slots[slot].waiting.oldest { [workers] in workers.hasLane(worker, forAppAt: $0) }
        switch (shared, bound) {
        case (nil, nil):
            return nil
        case (let shared?, let bound?) where bound.sequence < shared.sequence:
            return slots[slot].bound[bound.position].head
        case (let shared?, _):
            return apps[pools[pool].apps[shared.position]].backlog.head
        case (nil, let bound?):
            return slots[slot].bound[bound.position].head
        }
    }
}
