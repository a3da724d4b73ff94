@testable import ArbiterCore

/// What must hold between any two events.
extension World {
    func checkState() throws(Violation) {
        try checkNobodyWaitsBesideAFreeLane()
        try checkWaitersHaveHope()
        try checkDeadlines()
        try checkTables()
    }

    private func checkNobodyWaitsBesideAFreeLane() throws(Violation) {
        for call in calls.values where call.lane == nil {
            let bound = core.calls[call.id.index].slot
            for worker in workers where worker.takesCalls && (bound == nil || worker.slot.rawValue == bound) {
                let (isConcurrent, isPinned) = (isConcurrent[call.app.rawValue], isPinned[call.app.rawValue])
                try require(
                    !worker.hasLane(for: call.app, isConcurrent: isConcurrent, isPinned: isPinned),
                    "\(call.id) waits beside a free lane of \(worker.id)"
                )
            }
        }
    }

    /// A call waits only where a worker may come.
    private func checkWaitersHaveHope() throws(Violation) {
        for call in calls.values where call.lane == nil {
            try require(stopSince == nil, "\(call.id) waits in a stop")
            let healthy = openSlots(of: call.app).filter { !loopingSlots.contains($0) }
            try require(!healthy.isEmpty, "\(call.id) waits for a crash-looping app")
            guard call.affinity != nil else { continue }
            guard let bound = core.calls[call.id.index].slot else {
                throw Violation(description: "\(call.id) has an affinity and no slot")
            }
            try require(healthy.contains(SlotID(bound)), "\(call.id) waits for slot \(bound), which is gone")
        }
    }

    /// Everything that time must end has a deadline, and nothing else has.
    private func checkDeadlines() throws(Violation) {
        var due: [(deadline: Instant, what: String)] = []
        for call in calls.values where call.deadline != nil {
            due.append((call.deadline!, "\(call.id)'s client"))
        }
        for worker in workers {
            for lane in worker.lanes where lane.holder != nil && lane.overrunningSince == nil {
                let isWaitedFor = calls[lane.holder!.sequence] != nil
                guard isWaitedFor || worker.killedSince == nil else { continue }
                for deadline in [lane.runDeadline, lane.streamDeadline].compactMap(\.self) {
                    due.append((deadline, "a run on \(worker.id)"))
                }
            }
            if let killed = worker.killedSince {
                if !core.workers[core.workerIndex[worker.id.rawValue]!].isWrittenOff {
                    due.append((killed + configuration.killWait, "the kill of \(worker.id)"))
                }
            } else if !worker.isToBeRead {
                due += dueOfLiving(worker)
            }
        }
        if let first = due.min(by: { $0.deadline < $1.deadline }) {
            guard let next = core.nextDeadline else { throw Violation(description: "\(first.what) has no deadline") }
            try require(next <= first.deadline, "the next deadline is \(next), but \(first) is due")
        }
        if stopSince == nil {
            for slot in core.slots.indices where core.slots[slot].isOpen && core.phase == .serving {
                let isFilled = core.slots[slot].current != nil || core.slots[slot].nextSpawn != nil
                try require(isFilled, "slot \(slot) is left empty")
            }
        }
    }

    /// What time must end of a worker that hasn't been killed.
    private func dueOfLiving(_ worker: FakeWorker) -> [(deadline: Instant, what: String)] {
        var due: [(deadline: Instant, what: String)] = []
        if let failing = worker.failingSince {
            due.append((failing + configuration.exitWait, "the exit of \(worker.id)"))
        } else if !worker.isReady {
            due.append((worker.spawned + configuration.initTimeout, "the boot of \(worker.id)"))
        } else if let draining = worker.drainingSince {
            let since = worker.retiredSince ?? draining
            due.append((since + configuration.gracefulTimeout, "the end of \(worker.id)"))
        }
        for lane in worker.lanes {
            guard let since = lane.overrunningSince, !lane.isPastGrace else { continue }
            due.append((since + configuration.cancelGrace, "the grace of a call on \(worker.id)"))
        }
        if let since = worker.condemnedSince {
            due.append((since + configuration.gracefulTimeout, "the other calls on \(worker.id)"))
        }
        return due
    }

    /// The core's own tables agree with each other: nothing is left over, nothing is missing.
    private func checkTables() throws(Violation) {
        try require(core.calls.count == calls.count, "\(core.calls.count) calls are kept of \(calls.count)")
        try require(core.workers.count == workers.count, "\(core.workers.count) workers are kept of \(workers.count)")
        try require(core.clients.count == clients.count, "\(core.clients.count) clients are kept of \(clients.count)")
        try require(core.callBytes + core.unsentBytes == usedBytes, "\(core.callBytes) bytes are counted")
        var nodes = core.stopTimer == nil ? 0 : 1
        for call in calls.values {
            guard core.calls.contains(call.id.index), core.calls[call.id.index].id == call.id else {
                throw Violation(description: "\(call.id) is lost")
            }
            let kept = core.calls[call.id.index]
            try require((kept.state == .waiting) == (call.lane == nil), "\(call.id) is \(kept.state)")
            if kept.timer != nil { nodes += 1 }
        }
        for worker in workers {
            guard let index = core.workerIndex[worker.id.rawValue] else {
                throw Violation(description: "\(worker.id) is lost")
            }
            let kept = core.workers[index]
            nodes += (kept.timer == nil ? 0 : 1) + (kept.sentenceTimer == nil ? 0 : 1)
            for (lane, fake) in zip(kept.lanes, worker.lanes) {
                try require((lane.state == .idle) == (fake.holder == nil), "a lane of \(worker.id) is \(lane.state)")
                try require(
                    (lane.state == .overrunning) == fake.isOverrunning,
                    "a lane of \(worker.id) is \(lane.state)"
                )
                try require((lane.state == .paused) == fake.isPaused, "a lane of \(worker.id) is \(lane.state)")
                if lane.timer != nil { nodes += 1 }
            }
        }
        nodes += core.slots.count { $0.nextSpawn != nil }
        try require(core.timers.count == nodes, "\(core.timers.count) deadlines are kept for \(nodes) things")
        for app in core.apps.indices {
            let mine = calls.values.filter { $0.app.rawValue == app }
            try require(
                core.apps[app].waiting == mine.count { $0.lane == nil },
                "waiting calls of app \(app) miscounted"
            )
            try require(
                core.apps[app].running == mine.count { $0.lane != nil },
                "running calls of app \(app) miscounted"
            )
        }
    }

    /// After a call was accepted: the bounds hold, but for calls that came back from a dead worker.
    func checkBounds(after call: CallID) throws(Violation) {
        guard let accepted = calls[call.sequence] else { return }
        let mine = calls.values.filter { $0.app == accepted.app && $0.lane == nil }
        try require(
            accepted.lane != nil || mine.count <= configuration.backlogPerApp,
            "\(mine.count) calls wait for app \(accepted.app.rawValue)"
        )
        try require(usedBytes <= configuration.budgetBytes, "\(usedBytes) bytes are held")
        try require(
            calls.values.count { $0.client == accepted.client } <= configuration.callsPerClient,
            "too many calls of client \(accepted.client.rawValue)"
        )
    }

    /// After the lanes were read for a kill: the worker was killed if there was a reason.
    func checkJudged(_ id: WorkerID) throws(Violation) {
        guard let index = index(of: id) else { return }
        let isOver = workers[index].condemnedSince.map { $0 + configuration.gracefulTimeout <= now } ?? false
        try require(!isOver || workers[index].killedSince != nil, "\(id) goes on past its call's grace")
    }

    /// Nothing is left after a stop.
    func checkEnd() throws(Violation) {
        try require(calls.isEmpty, "\(calls.count) calls are left")
        try require(core.calls.count == 0, "\(core.calls.count) calls are kept")
        try require(core.workers.count == 0 && core.workerIndex.count == 0, "workers are kept")
        try require(core.timers.count == 0, "\(core.timers.count) deadlines are kept")
        try require(core.callBytes == 0, "\(core.callBytes) bytes are counted")
        try require(core.pools.allSatisfy { $0.free.count == 0 && $0.waiting.isEmpty }, "a pool isn't empty")
        try require(
            core.apps.allSatisfy { $0.backlog.isEmpty && $0.waiting == 0 && $0.running == 0 },
            "a backlog isn't"
        )
        let outcomes = core.snapshot(now: now).outcomes
        let ended = outcomes.answered + outcomes.failed + outcomes.timedOut + outcomes.died + outcomes.cancelled
        try require(ended <= core.accepted, "\(ended) calls ended of \(core.accepted)")
    }
}
