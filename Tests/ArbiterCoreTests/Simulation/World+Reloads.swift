@testable import ArbiterCore

/// Reloads and recycling: what the operator asks for, and what must come of it.
extension World {
    /// Asks for a reload with other apps, numbers and places than there are.
    mutating func reload() throws(Violation) {
        guard rollout == nil, stopSince == nil else { return }
        lastGeneration += 1
        var apps: [AppConfiguration?] = configuration.apps.indices.map { app in
            published.contains(AppID(app)) ? configuration.apps[app] : nil
        }
        for app in apps.indices where apps[app] != nil {
            if random.chance(0.15) {
                apps[app]?.workers = random.chance(0.5) ? Int.random(in: 1...3, using: &random) : nil
            }
            if random.chance(0.1) { apps[app]?.isIsolated.toggle() }
            if random.chance(0.1) { apps[app]?.stopsFirst.toggle() }
            if random.chance(0.1), apps.count(where: { $0 != nil }) > 1 { apps[app] = nil }
        }
        for app in apps.indices where apps[app] == nil && random.chance(0.2) { apps[app] = configuration.apps[app] }
        if random.chance(0.15), apps.count < 6 {
            var added = AppConfiguration(name: "app\(apps.count)")
            added.workers = random.chance(0.3) ? 1 : nil
            apps.append(added)
            configuration.apps.append(added)
            isConcurrent.append(random.chance(0.6))
            isPinned.append(random.chance(0.15))
        }
        let there = apps.indices.filter { apps[$0] != nil }.map { AppID($0) }
        let renewed = random.chance(0.6) ? Set(there) : Set(there.filter { _ in random.chance(0.4) })
        let rollout = Rollout(
            generation: lastGeneration,
            apps: apps,
            workers: Int.random(in: 1...4, using: &random),
            renewed: renewed
        )
        self.rollout = rollout
        try tell(.reload(generation: lastGeneration)) { $0.reloadRequested(rollout, now: $1) }
    }

    /// Measures a worker, which may have grown too large.
    mutating func measure() throws(Violation) {
        guard let worker = random.pick(workers)?.id else { return }
        let bytes = Int.random(in: 0...1500, using: &random)
        try tell(.measured(worker)) { $0.memoryMeasured(worker, bytes: bytes, now: $1) }
    }

    /// A reload is said to have ended: all of its slots are new, or none is.
    mutating func finishReload(_ generation: Int, _ outcome: ReloadOutcome) throws(Violation) {
        guard let ended = rollout, ended.generation == generation else {
            throw Violation(description: "a reload ends that nobody asked for")
        }
        rollout = nil
        guard core.phase == .serving else { return }
        switch outcome {
        case .completed:
            try require(core.generation == generation, "generation \(generation) is complete and not in use")
            for (app, configured) in ended.apps.enumerated() {
                if let configured { configuration.apps[app] = configured }
            }
            published = ended.apps.indices.filter { ended.apps[$0] != nil }.map { AppID($0) }
            configuration.workers = ended.workers
            for worker in workers
            where serves(worker) && fillsSlot(worker) && worker.apps.contains(where: ended.renewed.contains) {
                try require(
                    worker.generation == generation,
                    "\(worker.id) goes on with generation \(worker.generation)"
                )
            }
            for slot in core.slots where slot.isOpen {
                let hosted = core.pools[slot.pool].apps.map { AppID($0) }
                try require(hosted.allSatisfy(published.contains), "a slot hosts an app that was removed")
            }
        case .rolledBack:
            for worker in workers where fillsSlot(worker) {
                try require(worker.generation != generation, "\(worker.id) stays on a generation that was given up")
            }
            for slot in core.slots where slot.isOpen {
                try require(slot.generation != generation, "a slot stays on a generation that was given up")
            }
        }
        try checkSlots()
    }

    /// Whether the worker is a slot's, whatever its state.
    private func fillsSlot(_ worker: FakeWorker) -> Bool {
        core.slots.contains { slot in
            [slot.current, slot.incoming].contains { $0.map { core.workers[$0].id == worker.id } ?? false }
        }
    }

    /// Whether the worker fills a slot and has been ready.
    private func serves(_ worker: FakeWorker) -> Bool {
        worker.isReady && worker.drainingSince == nil && worker.killedSince == nil && worker.failingSince == nil
    }

    /// Takes note of slots that were opened.
    mutating func noteSlots() {
        let open = Set(core.slots.indices.filter { core.slots[$0].isOpen })
        newSlots = open.subtracting(openSlots)
        for slot in newSlots {
            failedBoots[SlotID(slot)] = 0
            loopingSlots.remove(SlotID(slot))
        }
        openSlots = open
    }

    /// Takes note that the core lets a worker go: for a reload, a smaller pool, or another worker.
    mutating func noteDrain(of worker: Int) {
        guard workers[worker].drainingSince == nil, let index = core.workerIndex[workers[worker].id.rawValue] else {
            return
        }
        switch core.workers[index].state {
        case .draining, .retiring: workers[worker].drainingSince = now
        case .starting, .ready, .failing, .killed: break
        }
    }
}
