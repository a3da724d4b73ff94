import DequeModule

/// Reloads: every slot that has to do with the change gets a new worker, or, if one fails, none keeps one.
extension ArbiterCore {
    /// Brings new code or a new configuration in, slot by slot; ends with `finishReload`.
    ///
    /// Waits for a replacement that is under way. One reload at a time: see `isReloading`.
    public mutating func reloadRequested(_ rollout: Rollout, now: Instant) -> [Action] {
        precondition(!isReloading, "a reload is asked for during another")
        precondition(rollout.generation > generation, "generation \(rollout.generation) comes after \(generation)")
        precondition(rollout.apps.count >= apps.count, "\(rollout.apps.count) apps come after \(apps.count)")
        guard phase == .serving else {
            let failure = ReloadFailure(slot: nil, worker: nil, app: nil, cause: "the host is not serving")
            return [.finishReload(generation: rollout.generation, .rolledBack(failure))]
        }
        var actions: [Action] = []
        waitingReload = rollout
        generations.insert(rollout.generation)
        advanceRollover(now, &actions)
        return actions
    }

    /// Plans the way from the slots there are to those that there are to be.
    mutating func beginReload(_ rollout: Rollout, _ now: Instant, _ actions: inout [Action]) {
        for configuration in rollout.apps[apps.count...] {
            // A new app may be removed again before it was ever there.
            apps.append(App(configuration ?? AppConfiguration(name: "")))
        }
        let plan = placement.plan(for: rollout.apps, workers: rollout.workers)
        _ = adoptPlacement()
        rollover = Rollover(.reload(rollout, plan), steps: steps(of: rollout, plan))
        // Workers that were on their way to slots closed since would come up with old code if their slots came back.
        for slot in slots.indices where !slots[slot].isOpen {
            guard let current = slots[slot].current else { continue }
            slots[slot].current = nil
            letGo(current, now, &actions)
        }
    }

    private func steps(of rollout: Rollout, _ plan: Placement.Plan) -> [Rollover.Step] {
        var steps: [Rollover.Step] = plan.kept
            .filter { slot in placement.places[slot].apps.contains { rollout.renewed.contains($0) } }
            .map { .replace($0, generation: rollout.generation) }
        var closed = plan.closed
        var last: [Rollover.Step] = []
        for slot in plan.opened {
            let open = Rollover.Step.open(slot, generation: rollout.generation)
            guard !closed.isEmpty else {
                steps.append(open)
                continue
            }
            let old = closed.removeFirst()
            let hosted = placement.places[slot].apps + placement.places[old].apps
            if hosted.contains(where: { rollout.apps[$0.rawValue]?.stopsFirst ?? false }) {
                steps += [.close(old), open]
            } else if placement.places[old].apps.allSatisfy({ rollout.apps[$0.rawValue] != nil }) {
                steps += [open, .close(old)]
            } else {
                // What is to be removed serves until nothing can fail any more.
                steps.append(open)
                last.append(.close(old))
            }
        }
        return steps + last + closed.map { .close($0) }
    }

    /// A new worker failed: what was done is undone, the latest first.
    mutating func goBack(_ failure: ReloadFailure, _ now: Instant, _ actions: inout [Action]) {
        let undo = rollover?.undo ?? []
        rollover?.failure = failure
        rollover?.remaining = undo
        // Calls that waited for slots that won't come now.
        for app in apps.indices where apps[app].slots.isEmpty {
            if let failure = unavailability(ofApp: app, now) { failWaiting(ofApp: app, failure, &actions) }
        }
    }

    /// Every slot is as the reload, or the way back from it, wants it.
    mutating func finishReload(
        _ rollout: Rollout,
        _ plan: Placement.Plan,
        _ failure: ReloadFailure?,
        _ now: Instant,
        _ actions: inout [Action]
    ) {
        if let failure {
            actions.append(.finishReload(generation: rollout.generation, .rolledBack(failure)))
            return
        }
        generation = rollout.generation
        placement.adopt(plan, apps: rollout.apps)
        for (app, configuration) in zip(apps.indices, rollout.apps) {
            apps[app].isRemoved = configuration == nil
            if let configuration { apps[app].configuration = configuration }
            if let failure = unavailability(ofApp: app, now) { failWaiting(ofApp: app, failure, &actions) }
        }
        for app in rollout.renewed { quarantine.clear(app: app) }
        actions.append(.finishReload(generation: rollout.generation, .completed))
    }

    /// The arbiter stops: what is under way or waits is given up.
    mutating func giveUpRollovers(_ actions: inout [Action]) {
        for rollout in [rollover?.rollout, waitingReload].compactMap(\.self) {
            let failure = ReloadFailure(slot: nil, worker: nil, app: nil, cause: "the host is stopping")
            actions.append(.finishReload(generation: rollout.generation, .rolledBack(failure)))
        }
        rollover = nil
        waitingReload = nil
        waitingReplacements = []
        waitingScale = nil
    }

    /// Whether the reload under way is about to open a slot for the app.
    func isAwaited(_ app: Int) -> Bool {
        rollover?.remaining.contains { step in
            switch step {
            case .open(let slot, _): pools[slots[slot].pool].apps.contains(app)
            case .replace, .close: false
            }
        } ?? false
    }

    /// Whether the reload under way is about to remove the app.
    func isLeaving(_ app: Int) -> Bool {
        guard let rollover, let rollout = rollover.rollout else { return false }
        return rollover.failure == nil && rollout.apps[app] == nil
    }

    /// Lets go of the generations that no worker has, and that none will have.
    mutating func forgetGenerations(_ actions: inout [Action]) {
        guard generations.count > 1 else { return }
        var needed: Set<Int> = [generation]
        for slot in slots where slot.isOpen { needed.insert(slot.generation) }
        for worker in workers.indices { needed.insert(workers[worker].generation) }
        for rollout in [rollover?.rollout, waitingReload].compactMap(\.self) { needed.insert(rollout.generation) }
        needed.formUnion((rollover?.undo ?? []).compactMap(\.generation))
        for generation in generations.subtracting(needed).sorted() {
            generations.remove(generation)
            actions.append(.forgetGeneration(generation))
        }
    }
}
