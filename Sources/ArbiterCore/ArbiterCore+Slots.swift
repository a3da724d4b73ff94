extension ArbiterCore {
    /// Boots that may fail in a row before the slot's apps can't count on it.
    static let failedBootsOfCrashLoop = 3

    /// Wants so many workers for the apps that leave the number to the pool.
    ///
    /// New slots are filled at once; of too many, the highest are let go that no app needs.
    public mutating func workersWanted(_ count: Int, now: Instant) -> [Action] {
        switch phase {
        case .unstarted, .serving: break
        case .stopping, .stopped: return []
        }
        var actions: [Action] = []
        placement.scale(to: count)
        let (opened, closed) = adoptPlacement()
        guard phase == .serving else { return [] }
        for slot in closed { leave(slot, now, &actions) }
        for slot in opened where slots[slot].current == nil { spawn(into: slot, now, &actions) }
        for app in apps.indices where apps[app].healthySlots == 0 {
            failWaiting(ofApp: app, crashLoopFailure(ofApp: app, now), &actions)
        }
        rehash(closed, now, &actions)
        return actions
    }

    /// Replaces the slot's worker: a new one is spawned, and when it is ready the old one is let go.
    ///
    /// Does nothing where there is no such slot, or where a new worker is on its way already.
    public mutating func restart(_ slot: SlotID, now: Instant) -> [Action] {
        let slot = slot.rawValue
        guard phase == .serving, slots.indices.contains(slot), slots[slot].isOpen, slots[slot].incoming == nil else {
            return []
        }
        var actions: [Action] = []
        guard let current = slots[slot].current else {
            cancelSpawn(into: slot)
            spawn(into: slot, now, &actions)
            return actions
        }
        switch workers[current].state {
        case .ready: spawn(into: slot, now, &actions)
        case .starting, .failing, .killed: break
        case .draining, .retiring:
            preconditionFailure("slot \(slot) is filled by a worker that is \(workers[current].state)")
        }
        return actions
    }

    /// Orders a worker for the slot: the one that fills it, or the one that will.
    mutating func spawn(into slot: Int, _ now: Instant, _ actions: inout [Action]) {
        lastWorker += 1
        let pool = slots[slot].pool
        let id = WorkerID(lastWorker)
        let worker = workers.insert(
            Worker(
                id: id,
                slot: slot,
                pool: pool,
                generation: slots[slot].generation,
                lanes: configuration.lanesPerWorker,
                apps: pools[pool].apps.count
            )
        )
        workerIndex.insert(id.rawValue, index: worker)
        if slots[slot].current == nil {
            slots[slot].current = worker
        } else {
            precondition(slots[slot].incoming == nil, "slot \(slot) has two workers")
            slots[slot].incoming = worker
        }
        slots[slot].spawned += 1
        setWorkerTimer(worker, now + configuration.initTimeout)
        let generation = slots[slot].generation
        let apps = pools[pool].apps.map { AppID($0) }
        actions.append(.spawn(id, slot: SlotID(slot), generation: generation, apps: apps))
    }

    /// Disarms the slot's next spawn, if one is due.
    mutating func cancelSpawn(into slot: Int) {
        guard let next = slots[slot].nextSpawn else { return }
        timers.remove(next.timer)
        slots[slot].nextSpawn = nil
    }

    /// A worker no longer counts for its slot; returns the pause before the slot gets another, nil if it gets none for
    /// this one.
    mutating func vacate(_ slot: Int, _ worker: Int, _ gone: Worker, by what: String, _ now: Instant) -> Duration? {
        if slots[slot].incoming == worker {
            slots[slot].incoming = nil
            return nil
        }
        guard slots[slot].current == worker else { return nil }
        slots[slot].current = slots[slot].incoming
        slots[slot].incoming = nil
        guard slots[slot].isOpen, phase == .serving, slots[slot].current == nil else { return nil }
        if !gone.wasReady {
            slots[slot].failedBoots += 1
            slots[slot].bootFailure = gone.bootFailure ?? what
        }
        guard gone.callsServed == 0 else { return .zero }
        return slots[slot].backoff.next(using: &random)
    }

    /// Fills the slot after the pause, and gives up its calls if it has failed to boot too often.
    mutating func noteVacancy(_ slot: Int, next pause: Duration?, _ now: Instant, _ actions: inout [Action]) {
        guard let pause else { return }
        if pause > .zero {
            let deadline = now + pause
            slots[slot].nextSpawn = (deadline, timers.insert(.spawn(slot: slot), key: deadline))
        }
        if slots[slot].failedBoots >= Self.failedBootsOfCrashLoop, !slots[slot].isCrashLooping {
            beginCrashLoop(slot, now, &actions)
        }
        if pause == .zero { spawn(into: slot, now, &actions) }
    }

    /// A worker was killed long ago and still exists: its slot is filled without waiting any longer.
    mutating func writeOff(_ worker: Int, _ now: Instant, _ actions: inout [Action]) {
        workers[worker].isWrittenOff = true
        writtenOff += 1
        let slot = workers[worker].slot
        let next = vacate(slot, worker, workers[worker], by: "it was killed before it was ready", now)
        noteVacancy(slot, next: next, now, &actions)
        if phase == .stopping { failRunning(on: worker, now, &actions) }
        finishIfDone(now, &actions)
    }

    /// Why calls for an app fail whose slots are all crash-looping, and when to come back.
    func crashLoopFailure(ofApp app: Int, _ now: Instant) -> Failure {
        let next = apps[app].slots.compactMap { slots[$0].nextSpawn?.deadline }.min()
        let cause = apps[app].slots.first.map { slots[$0].bootFailure } ?? ""
        return .noWorkers(.crashLooping(cause), retryAfter: next.map { $0 - now })
    }

    private mutating func beginCrashLoop(_ slot: Int, _ now: Instant, _ actions: inout [Action]) {
        let hosted = pools[slots[slot].pool].apps
        slots[slot].isCrashLooping = true
        for app in hosted { apps[app].healthySlots -= 1 }
        let cause = slots[slot].bootFailure
        actions.append(.report(.crashLooping(SlotID(slot), hosted.map { AppID($0) }, cause: cause)))
        for app in hosted where apps[app].healthySlots == 0 {
            failWaiting(ofApp: app, crashLoopFailure(ofApp: app, now), &actions)
        }
        rehash([slot], now, &actions)
    }

    /// A boot of the slot has succeeded: its apps may count on it.
    mutating func bootSucceeded(_ slot: Int, _ actions: inout [Action]) {
        slots[slot].failedBoots = 0
        slots[slot].bootFailure = ""
        guard slots[slot].isCrashLooping else { return }
        slots[slot].isCrashLooping = false
        let hosted = pools[slots[slot].pool].apps
        // A closed slot isn't among those that its apps count on.
        if slots[slot].isOpen {
            for app in hosted { apps[app].healthySlots += 1 }
        }
        actions.append(.report(.recovered(SlotID(slot), hosted.map { AppID($0) })))
    }

    /// Lets the workers of a slot go that was closed.
    private mutating func leave(_ slot: Int, _ now: Instant, _ actions: inout [Action]) {
        cancelSpawn(into: slot)
        guard let current = slots[slot].current, workers[current].state == .ready else { return }
        // One that is on its way can't be told before it is ready.
        slots[slot].current = slots[slot].incoming
        slots[slot].incoming = nil
        drain(current, now, &actions)
    }

    /// Sends the calls bound to slots that their apps can't count on any more to other slots.
    private mutating func rehash(_ lost: [Int], _ now: Instant, _ actions: inout [Action]) {
        var targets: Set<Int> = []
        for slot in lost {
            for position in slots[slot].bound.indices {
                while !slots[slot].bound[position].isEmpty {
                    targets.insert(rebind(slots[slot].bound[position].head))
                }
            }
        }
        // Only when all have moved: an older call may come from a later slot.
        for target in targets.sorted() {
            if let current = slots[target].current { fill(current, now, &actions) }
        }
    }

    /// Binds a waiting call to the slot that its affinity leads to now; returns it.
    private mutating func rebind(_ index: Int) -> Int {
        guard let affinity = calls[index].affinity,
            let target = rendezvousSlot(for: affinity, app: calls[index].app)
        else { preconditionFailure("call \(calls[index].id) has lost its slot, and there is no other") }
        dequeue(index)
        calls[index].slot = target
        enqueue(index)
        return target
    }

    /// Brings the slots in line with the placement; returns those opened and those closed.
    mutating func adoptPlacement() -> (opened: [Int], closed: [Int]) {
        var (opened, closed): ([Int], [Int]) = ([], [])
        for (index, place) in placement.places.enumerated() {
            if index == slots.count {
                let pool = pool(hosting: place.apps.map(\.rawValue))
                let backoff = Backoff(first: configuration.backoffFirst, limit: configuration.backoffLimit)
                var slot = Slot(pool: pool, apps: place.apps.count, backoff: backoff)
                slot.isOpen = false
                slots.append(slot)
            }
            guard slots[index].isOpen != place.isOpen else { continue }
            slots[index].isOpen = place.isOpen
            if place.isOpen {
                slots[index].isCrashLooping = false
                slots[index].failedBoots = 0
                slots[index].backoff.reset()
                opened.append(index)
            } else {
                closed.append(index)
            }
            for app in place.apps.map(\.rawValue) {
                apps[app].slots = slots.indices.filter { slot in
                    slots[slot].isOpen && apps[app].seats.contains { $0.pool == slots[slot].pool }
                }
                apps[app].healthySlots = apps[app].slots.count { !slots[$0].isCrashLooping }
            }
        }
        return (opened, closed)
    }

    /// The pool whose slots host exactly these apps.
    private mutating func pool(hosting hosted: [Int]) -> Int {
        if let pool = pools.firstIndex(where: { $0.apps == hosted }) { return pool }
        pools.append(Pool(apps: hosted))
        for (position, app) in hosted.enumerated() {
            apps[app].seats.append(App.Seat(pool: pools.count - 1, position: position))
            noteHead(ofApp: app, boundTo: nil)
        }
        return pools.count - 1
    }
}
