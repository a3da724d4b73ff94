extension ArbiterCore {
    /// What there is and how it does, in plain values.
    public func snapshot(now: Instant) -> CoreSnapshot {
        CoreSnapshot(
            phase: phase.snapshot,
            uptime: now - started,
            generation: generation,
            isReloading: isReloading,
            apps: apps.indices.map { snapshot(ofApp: $0) },
            slots: slots.indices.filter { slots[$0].isOpen }.map { snapshot(ofSlot: $0, now) },
            workers: workers.indices.map { snapshot(ofWorker: $0) }.sorted { $0.worker < $1.worker },
            clients: clients.count,
            callsAccepted: accepted,
            callsWaiting: apps.reduce(0) { $0 + $1.waiting },
            callsRunning: apps.reduce(0) { $0 + $1.running },
            outcomes: apps.reduce(CallOutcomes()) { $0 + $1.outcomes },
            usedBytes: callBytes + unsentBytes,
            budgetBytes: configuration.budgetBytes
        )
    }

    private func snapshot(ofApp app: Int) -> AppSnapshot {
        let open = apps[app].slots
        let isLooping = apps[app].healthySlots == 0
        return AppSnapshot(
            app: AppID(app),
            slots: open.map { SlotID($0) },
            readyWorkers: open.count { slots[$0].current.map { workers[$0].state == .ready } ?? false },
            backlog: apps[app].waiting,
            running: apps[app].running,
            outcomes: apps[app].outcomes,
            latency: apps[app].latency.snapshot,
            crashLooping: isLooping ? open.first.map { slots[$0].bootFailure } : nil
        )
    }

    private func snapshot(ofSlot slot: Int, _ now: Instant) -> SlotSnapshot {
        SlotSnapshot(
            slot: SlotID(slot),
            apps: pools[slots[slot].pool].apps.map { AppID($0) },
            worker: slots[slot].current.map { workers[$0].id },
            incoming: slots[slot].incoming.map { workers[$0].id },
            generation: slots[slot].generation,
            restarts: slots[slot].restarts,
            nextSpawn: slots[slot].nextSpawn.map { $0.deadline - now },
            crashLooping: slots[slot].isCrashLooping ? slots[slot].bootFailure : nil
        )
    }

    private func snapshot(ofWorker worker: Int) -> WorkerSnapshot {
        let lanes = workers[worker].lanes.count
        return WorkerSnapshot(
            worker: workers[worker].id,
            slot: SlotID(workers[worker].slot),
            state: workers[worker].state,
            generation: workers[worker].generation,
            apps: pools[workers[worker].pool].apps.map { AppID($0) },
            lanes: lanes,
            lanesBusy: lanes - workers[worker].idle.count,
            callsServed: workers[worker].callsServed,
            restarts: slots[workers[worker].slot].restarts
        )
    }
}

extension ArbiterCore.Phase {
    fileprivate var snapshot: CoreSnapshot.Phase {
        switch self {
        case .unstarted: .unstarted
        case .serving: .serving
        case .stopping: .stopping
        case .stopped: .stopped
        }
    }
}

extension LatencyHistogram {
    fileprivate var snapshot: LatencySnapshot? {
        guard let p50 = quantile(0.5), let p90 = quantile(0.9), let p99 = quantile(0.99) else { return nil }
        return LatencySnapshot(
            count: Int(count),
            p50: .nanoseconds(Int64(clamping: p50)),
            p90: .nanoseconds(Int64(clamping: p90)),
            p99: .nanoseconds(Int64(clamping: p99)),
            longest: .nanoseconds(Int64(clamping: longest))
        )
    }
}
