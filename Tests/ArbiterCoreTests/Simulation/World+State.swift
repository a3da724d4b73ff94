@testable import ArbiterCore

/// What must hold between any two events.
extension World {
    func checkState() throws(Violation) {
        try checkNobodyWaitsBesideAFreeLane()
        try checkWaitersHaveHope()
        try checkHandedCalls()
        try checkDeadlines()
        try checkTables()
    }

    private func checkNobodyWaitsBesideAFreeLane() throws(Violation) {
        let free = workers.filter { worker in worker.takesCalls && worker.lanes.contains { $0.holder == nil } }
        guard !free.isEmpty else { return }
        for call in calls.values where call.lane == nil && !hasBegunBehind(call) {
            let bound = core.calls[call.id.index].slot
            for worker in free where bound == nil || worker.slot.rawValue == bound {
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
        let healthy = core.apps.indices.map { app in
            Set(core.apps[app].slots.filter { !loopingSlots.contains(SlotID($0)) })
        }
        for call in calls.values where call.lane == nil && !hasBegunBehind(call) {
            try require(stopSince == nil, "\(call.id) waits in a stop")
            if core.apps[call.app.rawValue].slots.isEmpty, core.isAwaited(call.app.rawValue) { continue }
            try require(!healthy[call.app.rawValue].isEmpty, "\(call.id) waits for a crash-looping app")
            // While its app had no slot at all, a call was bound to none.
            guard let bound = core.calls[call.id.index].slot else { continue }
            try require(healthy[call.app.rawValue].contains(bound), "\(call.id) waits for slot \(bound), which is gone")
        }
    }

    /// Everything that time must end has a deadline.
    private func checkDeadlines() throws(Violation) {
        var due = NearestDeadline()
        for call in calls.values where !hasBegunBehind(call) {
            due.note(call.deadline, .zero, "a call's own timeout")
        }
        for worker in workers {
            if let killed = worker.killedSince {
                let isWrittenOff = core.workers[core.workerIndex[worker.id.rawValue]!].isWrittenOff
                due.note(isWrittenOff ? nil : killed, configuration.killWait, "the wait after a kill")
            } else if !worker.isToBeRead {
                noteLife(of: worker, in: &due)
            }
            for lane in worker.lanes where lane.holder != nil && lane.overrunningSince == nil {
                guard calls[lane.holder!.sequence] != nil || worker.killedSince == nil else { continue }
                due.note(lane.runDeadline, .zero, "a run")
                due.note(lane.streamDeadline, .zero, "a stream")
            }
        }
        if let first = due.first {
            guard let next = core.nextDeadline else { throw Violation(description: "\(due.what) has no deadline") }
            try require(next <= first, "the next deadline is \(next), but \(due.what) is due at \(first)")
        }
        if stopSince == nil {
            for slot in core.slots.indices where core.slots[slot].isOpen && core.phase == .serving {
                let isFilled = core.slots[slot].current != nil || core.slots[slot].nextSpawn != nil
                try require(isFilled || isToBeFilled(slot), "slot \(slot) is left empty")
            }
        }
    }

    /// Whether the slot's old worker ends first, and the new one follows.
    private func isToBeFilled(_ slot: Int) -> Bool {
        switch core.rollover?.wait {
        case .gone(_, thenSpawns: _?): core.rollover?.slot == slot
        case .gone, .ready, .nothing, nil: false
        }
    }

    /// What time must end of a worker that hasn't been killed.
    private func noteLife(of worker: FakeWorker, in due: inout NearestDeadline) {
        if worker.failingSince != nil {
            due.note(worker.failingSince, configuration.exitWait, "an exit")
        } else if !worker.isReady {
            due.note(worker.spawned, configuration.initTimeout, "a boot")
        } else {
            due.note(worker.retiredSince ?? worker.drainingSince, configuration.gracefulTimeout, "a worker's end")
        }
        for lane in worker.lanes where !lane.isPastGrace {
            due.note(lane.overrunningSince, configuration.cancelGrace, "a grace")
        }
        due.note(worker.condemnedSince, configuration.gracefulTimeout, "the time of a condemned worker's calls")
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
            let isWaiting = call.lane == nil && call.handed == nil
            try require((kept.state == .waiting) == isWaiting, "\(call.id) is \(kept.state)")
            try require((kept.state == .handed) == (call.handed != nil), "\(call.id) is \(kept.state)")
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
                try require(lane.handed?.call == fake.handed?.call, "a lane of \(worker.id) was handed another call")
                nodes += (lane.timer == nil ? 0 : 1) + (lane.stallTimer == nil ? 0 : 1)
            }
        }
        nodes += core.slots.count { $0.nextSpawn != nil }
        try require(core.timers.count == nodes, "\(core.timers.count) deadlines are kept for \(nodes) things")
        var (waiting, running) = (core.apps.map { _ in 0 }, core.apps.map { _ in 0 })
        for call in calls.values {
            if call.lane == nil { waiting[call.app.rawValue] += 1 } else { running[call.app.rawValue] += 1 }
        }
        for app in core.apps.indices {
            try require(core.apps[app].waiting == waiting[app], "waiting calls of app \(app) are miscounted")
            try require(core.apps[app].running == running[app], "running calls of app \(app) are miscounted")
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
        try require(
            core.pools.allSatisfy {
                $0.free.count == 0 && $0.open.count == 0 && $0.waiting.isEmpty && $0.handed.isEmpty
            },
            "a pool isn't empty"
        )
        try require(
            core.apps.allSatisfy { $0.backlog.isEmpty && $0.handed.isEmpty && $0.waiting == 0 && $0.running == 0 },
            "a backlog isn't"
        )
        let outcomes = core.snapshot(now: now).outcomes
        let ended = outcomes.answered + outcomes.failed + outcomes.timedOut + outcomes.died + outcomes.cancelled
        try require(ended <= core.accepted, "\(ended) calls ended of \(core.accepted)")
    }
}

/// The earliest of several deadlines, and what it is for.
private struct NearestDeadline {
    private(set) var first: Instant?
    private(set) var what: StaticString = ""

    /// Takes note of what is due so long after `since`, if that is known.
    mutating func note(_ since: Instant?, _ span: Duration, _ what: StaticString) {
        guard let since else { return }
        let deadline = span == .zero ? since : since + span
        if first.map({ deadline < $0 }) ?? true { (first, self.what) = (deadline, what) }
    }
}
