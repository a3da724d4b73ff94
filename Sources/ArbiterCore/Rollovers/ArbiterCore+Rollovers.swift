import DequeModule

/// Workers that are replaced although they haven't died: one slot after the other.
extension ArbiterCore {
    /// Whether a reload is under way or waits its turn; another one must not be asked for then.
    public var isReloading: Bool {
        rollover?.isReload ?? false || waitingReload != nil
    }

    /// Replaces the slot's worker: a new one is spawned, and when it is ready the old one is let go; the other way
    /// round where an app wants it so.
    ///
    /// Waits its turn while other workers are being replaced. Does nothing where there is no such slot, or where a new
    /// worker is on its way already.
    public mutating func restart(_ slot: SlotID, now: Instant) -> [Action] {
        let slot = slot.rawValue
        guard phase == .serving, slots.indices.contains(slot), slots[slot].isOpen else { return [] }
        var actions: [Action] = []
        guard let current = slots[slot].current else {
            if rollover?.slot == slot { return [] }
            cancelSpawn(into: slot)
            spawn(into: slot, generation: slots[slot].generation, isGated: false, now, &actions)
            return actions
        }
        switch workers[current].state {
        case .ready: requestReplacement(of: slot, .restart, now, &actions)
        case .starting, .failing, .killed: break
        case .draining, .retiring:
            preconditionFailure("slot \(slot) is filled by a worker that is \(workers[current].state)")
        }
        return actions
    }

    /// Has the slot's worker replaced, now or when others have been.
    mutating func requestReplacement(
        of slot: Int,
        _ cause: ReplacementCause,
        _ now: Instant,
        _ actions: inout [Action]
    ) {
        let isUnderWay = rollover?.slot == slot && !(rollover?.isReload ?? false)
        guard !isUnderWay, !waitingReplacements.contains(where: { $0.slot == slot }) else { return }
        waitingReplacements.append((slot, cause))
        advanceRollover(now, &actions)
    }

    /// Takes as many steps as can be taken now.
    mutating func advanceRollover(_ now: Instant, _ actions: inout [Action]) {
        guard phase == .serving else { return }
        while true {
            guard rollover != nil else {
                guard beginNextRollover(now, &actions) else { return }
                continue
            }
            guard rollover?.wait == .nothing else { return }
            if let step = rollover?.remaining.popLast() {
                rollover?.slot = step.slot
                take(step, now, &actions)
            } else {
                finishRollover(now, &actions)
            }
        }
    }

    /// Begins what waits: a reload before a replacement, and a change of the pool's size before either.
    private mutating func beginNextRollover(_ now: Instant, _ actions: inout [Action]) -> Bool {
        if let count = waitingScale {
            waitingScale = nil
            scale(to: count, now, &actions)
        }
        if let rollout = waitingReload {
            waitingReload = nil
            beginReload(rollout, now, &actions)
            return true
        }
        while let (slot, cause) = waitingReplacements.popFirst() {
            guard slots[slot].isOpen, let current = slots[slot].current, workers[current].state == .ready else {
                continue
            }
            // Another worker, for another reason, has taken the worn one's place meanwhile.
            guard cause == .restart || workers[current].isToBeRecycled else { continue }
            actions.append(.report(.replacing(workers[current].id, SlotID(slot), cause)))
            let step = Rollover.Step.replace(slot, generation: slots[slot].generation)
            rollover = Rollover(.replacement, steps: [step])
            return true
        }
        return false
    }

    private mutating func finishRollover(_ now: Instant, _ actions: inout [Action]) {
        guard let ended = rollover else { preconditionFailure("no rollover ends") }
        rollover = nil
        switch ended.purpose {
        case .reload(let rollout, let plan): finishReload(rollout, plan, ended.failure, now, &actions)
        case .replacement: break
        }
        forgetGenerations(&actions)
    }

    // MARK: Steps

    private mutating func take(_ step: Rollover.Step, _ now: Instant, _ actions: inout [Action]) {
        if !isGoingBack {
            let inverse = inverse(of: step)
            rollover?.undo.append(inverse)
        }
        switch step {
        case .replace(let slot, let generation):
            // A slot that was closed meanwhile has nothing to replace.
            if slots[slot].isOpen { replace(slot, by: generation, now, &actions) }
        case .open(let slot, let generation):
            open(slot, generation, now, &actions)
        case .close(let slot):
            close(slot, now, &actions)
        }
        if rollover?.wait == Rollover.Wait.nothing { stepDone(&actions) }
    }

    /// What brings a slot back to what it is before the step.
    private func inverse(of step: Rollover.Step) -> Rollover.Step {
        switch step {
        case .replace(let slot, _): .replace(slot, generation: slots[slot].generation)
        case .open(let slot, _): .close(slot)
        case .close(let slot): .open(slot, generation: slots[slot].generation)
        }
    }

    private mutating func replace(_ slot: Int, by generation: Int, _ now: Instant, _ actions: inout [Action]) {
        if isGoingBack {
            slots[slot].generation = generation
            // It was the new worker that failed, or one that had taken its place; the old one serves on.
            if let current = slots[slot].current, workers[current].generation == generation { return }
        }
        guard let current = slots[slot].current else {
            cancelSpawn(into: slot)
            spawnForStep(slot, generation, now, &actions)
            return
        }
        let stopsFirst = pools[workers[current].pool].apps.contains { apps[$0].configuration.stopsFirst }
        guard stopsFirst else {
            spawnForStep(slot, generation, now, &actions)
            return
        }
        slots[slot].current = nil
        rollover?.wait = .gone(workers[current].id, thenSpawns: generation)
        note(.stopping, slot, workers[current].id, &actions)
        letGo(current, now, &actions)
    }

    private mutating func open(_ slot: Int, _ generation: Int, _ now: Instant, _ actions: inout [Action]) {
        placement.setOpen(slot, true)
        let changed = adoptPlacement()
        slots[slot].generation = generation
        precondition(changed.opened == [slot] && changed.closed.isEmpty, "slot \(slot) can't be opened")
        spawnForStep(slot, generation, now, &actions)
    }

    private mutating func close(_ slot: Int, _ now: Instant, _ actions: inout [Action]) {
        guard slots[slot].isOpen else { return }
        placement.setOpen(slot, false)
        let changed = adoptPlacement()
        precondition(changed.closed == [slot] && changed.opened.isEmpty, "slot \(slot) can't be closed")
        cancelSpawn(into: slot)
        if let current = slots[slot].current {
            slots[slot].current = slots[slot].incoming
            slots[slot].incoming = nil
            rollover?.wait = .gone(workers[current].id, thenSpawns: nil)
            note(.closing, slot, workers[current].id, &actions)
            letGo(current, now, &actions)
        }
        giveUpLostCalls(of: changed.closed, now, &actions)
    }

    private mutating func spawnForStep(_ slot: Int, _ generation: Int, _ now: Instant, _ actions: inout [Action]) {
        let worker = spawn(into: slot, generation: generation, isGated: !isGoingBack, now, &actions)
        rollover?.wait = .ready(worker)
        note(isGoingBack ? .returning : .spawning, slot, worker, &actions)
    }

    /// A worker has taken its slot over, in place of the one it replaced, if there was one.
    mutating func noteReady(_ worker: Int, replaced: WorkerID?, _ now: Instant, _ actions: inout [Action]) {
        guard rollover?.wait == .ready(workers[worker].id), let slot = rollover?.slot else { return }
        slots[slot].generation = workers[worker].generation
        note(.ready, slot, workers[worker].id, &actions)
        if let replaced, workerIndex[replaced.rawValue] != nil {
            rollover?.wait = .gone(replaced, thenSpawns: nil)
        } else {
            rollover?.wait = .nothing
            stepDone(&actions)
        }
        advanceRollover(now, &actions)
    }

    /// A worker has gone, or counts as gone.
    mutating func noteGone(_ gone: Worker, _ now: Instant, _ actions: inout [Action]) {
        guard phase == .serving, let slot = rollover?.slot, let wait = rollover?.wait else { return }
        switch wait {
        case .gone(gone.id, let generation?):
            if slots[slot].isOpen {
                spawnForStep(slot, generation, now, &actions)
            } else {
                rollover?.wait = .nothing
            }
        case .gone(gone.id, nil):
            rollover?.wait = .nothing
            stepDone(&actions)
        case .ready(gone.id):
            rollover?.wait = .nothing
            stepFailed(slot, gone, now, &actions)
        case .nothing, .gone, .ready:
            return
        }
        advanceRollover(now, &actions)
    }

    private mutating func stepDone(_ actions: inout [Action]) {
        guard let slot = rollover?.slot else { return }
        if !isGoingBack { rollover?.done += 1 }
        note(.done, slot, slots[slot].current.map { workers[$0].id }, &actions)
    }

    private mutating func stepFailed(_ slot: Int, _ gone: Worker, _ now: Instant, _ actions: inout [Action]) {
        let cause = gone.bootFailure ?? "it ended before it was ready"
        switch rollover?.purpose {
        case .reload where isGoingBack:
            // Even the old images fail now: the slot is left to what replaces dead workers.
            if let current = slots[slot].current, workers[current].generation != slots[slot].generation {
                slots[slot].current = nil
                scheduleSpawn(into: slot, at: now + slots[slot].backoff.next(using: &random))
                letGo(current, now, &actions)
            }
        case .reload:
            note(.failed, slot, gone.id, &actions)
            let failure = ReloadFailure(slot: SlotID(slot), worker: gone.id, app: gone.blamed, cause: cause)
            goBack(failure, now, &actions)
        case .replacement:
            replacementFailed(slot, gone, cause, now, &actions)
        case nil:
            break
        }
    }

    private mutating func replacementFailed(
        _ slot: Int,
        _ gone: Worker,
        _ cause: String,
        _ now: Instant,
        _ actions: inout [Action]
    ) {
        actions.append(.report(.replacementFailed(gone.id, SlotID(slot), cause: cause)))
        guard let current = slots[slot].current else {
            // It stopped first, and nobody serves in its place.
            if slots[slot].isOpen, slots[slot].nextSpawn == nil {
                scheduleSpawn(into: slot, at: now + slots[slot].backoff.next(using: &random))
            }
            return
        }
        workers[current].isToBeRecycled = false
        slots[slot].earliestRecycling = now + slots[slot].backoff.next(using: &random)
    }

    /// Lets a worker go that is to serve no more, or kills it, for this cause, if it is still loading.
    mutating func letGo(
        _ worker: Int,
        ifLoading cause: KillCause = .superseded,
        _ now: Instant,
        _ actions: inout [Action]
    ) {
        workers[worker].isExpected = true
        switch workers[worker].state {
        case .starting: kill(worker, cause, now, &actions)
        case .ready: drain(worker, now, &actions)
        case .draining, .retiring, .failing, .killed: break
        }
    }

    /// Whether the reload that is under way has failed, and goes back.
    private var isGoingBack: Bool {
        rollover?.failure != nil
    }

    /// Tells whoever watches a reload of a step.
    private func note(_ event: ReloadProgress.Event, _ slot: Int, _ worker: WorkerID?, _ actions: inout [Action]) {
        guard let rollover, rollover.isReload else { return }
        let progress = ReloadProgress(
            event: event,
            slot: SlotID(slot),
            worker: worker,
            done: rollover.done,
            total: rollover.total
        )
        actions.append(.reloadProgress(progress))
    }
}
