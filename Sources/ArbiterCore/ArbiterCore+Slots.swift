extension ArbiterCore {
    /// Boots that may fail in a row before the slot's apps can't count on it.
    static let failedBootsOfCrashLoop = 3

    /// Wants so many workers for the apps that leave the number to the pool.
    ///
    /// New slots are filled at once; of too many, the highest are let go that no app needs. While workers are being
    /// replaced, this waits for the end of that.
    public mutating func workersWanted(_ count: Int, now: Instant) -> [Action] {
        switch phase {
        case .unstarted, .serving: break
        case .stopping, .stopped: return []
        }
        var actions: [Action] = []
        if rollover == nil {
            scale(to: count, now, &actions)
        } else {
            waitingScale = count
        }
        return actions
    }

    /// Opens and closes slots for so many workers.
    mutating func scale(to count: Int, _ now: Instant, _ actions: inout [Action]) {
        placement.scale(to: count)
        fill(adoptPlacement(), now, &actions)
    }

    /// Fills slots that were opened, and leaves those that were closed.
    mutating func fill(_ changed: (opened: [Int], closed: [Int]), _ now: Instant, _ actions: inout [Action]) {
        guard phase == .serving else { return }
        for slot in changed.closed { leave(slot, now, &actions) }
        for slot in changed.opened where slots[slot].current == nil && slots[slot].nextSpawn == nil {
            spawn(into: slot, generation: slots[slot].generation, isGated: false, now, &actions)
        }
        giveUpLostCalls(of: changed.closed, now, &actions)
    }

    /// Calls that counted on closed slots go to others, or fail where there are none.
    mutating func giveUpLostCalls(of closed: [Int], _ now: Instant, _ actions: inout [Action]) {
        for slot in closed {
            for app in pools[slots[slot].pool].apps {
                if let failure = unavailability(ofApp: app, now) { failWaiting(ofApp: app, failure, &actions) }
            }
        }
        rehash(closed, now, &actions)
    }

    /// Orders a worker for the slot: the one that fills it, or the one that will.
    @discardableResult
    mutating func spawn(
        into slot: Int,
        generation: Int,
        isGated: Bool,
        _ now: Instant,
        _ actions: inout [Action]
    ) -> WorkerID {
        lastWorker += 1
        let pool = slots[slot].pool
        let id = WorkerID(lastWorker)
        let limit = configuration.maxRequests.map {
            $0 + Int.random(in: 0...configuration.maxRequestsJitter, using: &random)
        }
        let worker = workers.insert(
            Worker(
                id: id,
                slot: slot,
                pool: pool,
                generation: generation,
                lanes: configuration.lanesPerWorker,
                apps: pools[pool].apps.count,
                callLimit: limit ?? .max
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
        let apps = pools[pool].apps.map { AppID($0) }
        actions.append(.spawn(id, slot: SlotID(slot), generation: generation, apps: apps, isGated: isGated))
        return id
    }

    /// Disarms the slot's next spawn, if one is due.
    mutating func cancelSpawn(into slot: Int) {
        guard let next = slots[slot].nextSpawn else { return }
        timers.remove(next.timer)
        slots[slot].nextSpawn = nil
    }

    /// A worker no longer counts for its slot; returns what is to become of the slot.
    mutating func vacate(_ slot: Int, _ worker: Int, _ gone: Worker, _ now: Instant) -> Vacancy {
        if slots[slot].incoming == worker {
            slots[slot].incoming = nil
            return .none
        }
        guard slots[slot].current == worker else { return .none }
        slots[slot].current = slots[slot].incoming
        slots[slot].incoming = nil
        guard slots[slot].isOpen, phase == .serving, slots[slot].current == nil else { return .none }
        if !gone.wasReady {
            slots[slot].failedBoots += 1
            slots[slot].bootFailure = gone.bootFailure ?? "it was killed before it was ready"
            if let app = gone.blamed, isToBeExiled(app, from: slot) { return .exile(app) }
        }
        let pause = gone.callsServed == 0 ? slots[slot].backoff.next(using: &random) : .zero
        return .spawn(after: affordSpawn(into: slot, notBefore: now + pause) - now)
    }

    /// When the slot's apps can afford another spawn: in any window only so many.
    private mutating func affordSpawn(into slot: Int, notBefore earliest: Instant) -> Instant {
        guard configuration.spawnsPerWindow > 0 else { return earliest }
        let limits = pools[slots[slot].pool].apps.map { app in
            (app: app, limit: max(configuration.spawnsPerWindow, apps[app].slots.count))
        }
        var instant = earliest
        for (app, limit) in limits {
            instant = apps[app].spawnBudget.next(notBefore: instant, limit: limit, window: configuration.spawnWindow)
        }
        for (app, limit) in limits { apps[app].spawnBudget.note(instant, limit: limit) }
        return instant
    }

    /// Fills the slot after the pause, and gives up its calls if it has failed to boot too often; or closes it for
    /// others.
    mutating func noteVacancy(_ slot: Int, _ vacancy: Vacancy, _ now: Instant, _ actions: inout [Action]) {
        switch vacancy {
        case .none:
            break
        case .exile(let app):
            exile(app, from: slot, now, &actions)
        case .spawn(let pause):
            if pause > .zero { scheduleSpawn(into: slot, at: now + pause) }
            if slots[slot].failedBoots >= Self.failedBootsOfCrashLoop, !slots[slot].isCrashLooping {
                beginCrashLoop(slot, now, &actions)
            }
            if pause == .zero {
                spawn(into: slot, generation: slots[slot].generation, isGated: false, now, &actions)
            }
        }
    }

    /// Fills the slot at this instant.
    mutating func scheduleSpawn(into slot: Int, at deadline: Instant) {
        slots[slot].nextSpawn = (deadline, timers.insert(.spawn(slot: slot), key: deadline))
    }

    /// A worker was killed long ago and still exists: its slot is filled without waiting any longer.
    mutating func writeOff(_ worker: Int, _ now: Instant, _ actions: inout [Action]) {
        workers[worker].isWrittenOff = true
        writtenOff += 1
        let slot = workers[worker].slot
        let gone = workers[worker]
        let vacancy = vacate(slot, worker, gone, now)
        noteVacancy(slot, vacancy, now, &actions)
        if phase == .stopping { failRunning(on: worker, now, &actions) }
        noteGone(gone, now, &actions)
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
    mutating func leave(_ slot: Int, _ now: Instant, _ actions: inout [Action]) {
        cancelSpawn(into: slot)
        guard let current = slots[slot].current, workers[current].state == .ready else { return }
        // One that is on its way can't be told before it is ready.
        slots[slot].current = slots[slot].incoming
        slots[slot].incoming = nil
        drain(current, now, &actions)
    }

    /// Sends the calls bound to slots that their apps can't count on any more to other slots.
    private mutating func rehash(_ lost: [Int], _ now: Instant, _ actions: inout [Action]) {
        var (targets, apps): (Set<Int>, Set<Int>) = ([], [])
        for slot in lost {
            for position in pools[slots[slot].pool].apps.indices {
                while case let index = slots[slot].head(of: .waiting, at: position), index >= 0 {
                    dequeue(index)
                    calls[index].slot = calls[index].affinity.flatMap {
                        rendezvousSlot(for: $0, app: calls[index].app)
                    }
                    enqueue(index)
                    if let slot = calls[index].slot { targets.insert(slot) } else { apps.insert(calls[index].app) }
                }
            }
        }
        // Only when all have moved: an older call may come from a later slot.
        for target in targets.sorted() {
            if let current = slots[target].current { fill(current, now, &actions) }
        }
        for app in apps.sorted() { serve(app: app, now, &actions) }
    }

    /// Brings the slots in line with the placement; returns those opened and those closed.
    mutating func adoptPlacement() -> (opened: [Int], closed: [Int]) {
        var (opened, closed): ([Int], [Int]) = ([], [])
        for (index, place) in placement.places.enumerated() {
            if index == slots.count { addSlot(for: place) }
            guard slots[index].isOpen != place.isOpen else { continue }
            slots[index].isOpen = place.isOpen
            if place.isOpen {
                slots[index].isCrashLooping = false
                slots[index].failedBoots = 0
                slots[index].backoff.reset()
                slots[index].generation = generation
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

    private mutating func addSlot(for place: Placement.Place) {
        let pool = pool(hosting: place.apps.map(\.rawValue))
        let backoff = Backoff(first: configuration.backoffFirst, limit: configuration.backoffLimit)
        var slot = Slot(pool: pool, apps: place.apps.count, generation: generation, backoff: backoff)
        slot.isOpen = false
        slots.append(slot)
    }

    /// The pool whose slots host exactly these apps.
    private mutating func pool(hosting hosted: [Int]) -> Int {
        if let pool = pools.firstIndex(where: { $0.apps == hosted }) { return pool }
        pools.append(Pool(apps: hosted))
        for (position, app) in hosted.enumerated() {
            apps[app].seats.append(App.Seat(pool: pools.count - 1, position: position))
            for line in Line.allCases { noteHead(of: line, ofApp: app) }
        }
        return pools.count - 1
    }
}
