@testable import ArbiterCore

/// How calls and workers end, held against the rules.
extension World {
    /// Why a call may fail now.
    mutating func fail(_ id: CallID, _ failure: Failure, of event: Event) throws(Violation) {
        guard let call = calls[id.sequence], call.id == id else {
            throw Violation(description: "\(id) fails, but has ended")
        }
        let app = configuration.apps[call.app.rawValue]
        var isFatal = false
        switch failure {
        case .noWorkers(.stopping, _):
            try require(call.lane == nil && stopSince != nil, "\(id) fails for a stop")
        case .noWorkers(.crashLooping, _):
            let healthy = openSlots(of: call.app).filter {
                !loopingSlots.contains($0) && !newSlots.contains($0.rawValue)
            }
            try require(call.lane == nil && healthy.isEmpty, "\(id) fails although slots \(healthy) are healthy")
            coverage?.noteCrashLoop()
        case .noWorkers(.removed, _):
            try require(call.lane == nil, "\(id) is on a lane, and fails for its app")
            try require(
                core.apps[call.app.rawValue].isRemoved || core.isLeaving(call.app.rawValue),
                "\(id) fails although nobody removes its app"
            )
        case .quarantined:
            try require(call.lane == nil, "\(id) is refused on a lane")
            try requireGuilty(call.fingerprint)
        case .noWorkers(.noneConfigured, _):
            // It waited for slots of a reload that was given up.
            try require(call.lane == nil, "\(id) fails for want of a slot, and is on a lane")
        case .overloaded:
            throw Violation(description: "an accepted call fails as \(failure)")
        case .timedOutWaiting(let timeout):
            try require(call.lane == nil, "\(id) timed out as if it waited")
            try require(call.timeout == timeout && call.deadline! <= now, "\(id) timed out too early")
        case .timedOutRunning(let timeout, let lane, let isClientTimeout):
            try require(call.lane == lane, "\(id) timed out on \(lane)")
            isFatal = try timedOut(call, timeout, isClientTimeout: isClientTimeout)
        case .workerDied(let worker, _, let exit):
            try require(event == .exit(worker, exit) && call.lane?.worker == worker, "\(id) died with \(worker)")
        case .cancelled(let begun):
            try require(begun == (call.lane != nil), "\(id) is cancelled and begun: \(begun)")
            try require(event == .cancel(id.sequence) || call.isCancelled, "\(id) is cancelled by \(event)")
            isFatal = app.killOn.contains(.disconnect)
        case .interrupted(let worker, let isStopping):
            try require((call.lane ?? call.handed)?.worker == worker, "\(id) is interrupted with \(worker)")
            try require(isStopping == (stopSince != nil), "\(id) is interrupted by a stop: \(isStopping)")
            switch event {
            case .read(let worker):
                try require(isOverdueToEnd(worker) && call.lane?.worker == worker, "\(id) is interrupted by no one")
            case .stop(graceful: false):
                break
            case .stop, .time, .exit:
                // Its worker has had its time, or was killed and will not go.
                let killed = (call.lane ?? call.handed).flatMap { index(of: $0.worker) }.flatMap {
                    workers[$0].killedSince
                }
                try require(
                    isOver(stopSince, configuration.gracefulTimeout)
                        || stopSince != nil && isOver(killed, configuration.killWait),
                    "\(id) is interrupted by \(event)"
                )
            default:
                throw Violation(description: "\(id) is interrupted by \(event)")
            }
        }
        try abandon(id, isFatal: isFatal)
        calls[id.sequence] = nil
    }

    /// Whether a span that began then is over.
    private func isOver(_ since: Instant?, _ span: Duration) -> Bool {
        since.map { $0 + span <= now } ?? false
    }

    /// Whether a worker that was to end has had its time.
    private func isOverdueToEnd(_ worker: WorkerID) -> Bool {
        guard let index = index(of: worker), let since = workers[index].drainingSince else { return false }
        let start = [since, workers[index].retiredSince, stopSince].compactMap(\.self).min()!
        return start + configuration.gracefulTimeout <= now
    }

    private func timedOut(
        _ call: FakeCall,
        _ timeout: Duration,
        isClientTimeout: Bool
    ) throws(Violation) -> Bool {
        let app = configuration.apps[call.app.rawValue]
        guard let id = call.lane, let worker = index(of: id.worker) else {
            throw Violation(description: "\(call.id) timed out on no lane")
        }
        let lane = workers[worker].lanes[id.index]
        if isClientTimeout {
            try require(
                call.timeout == timeout && call.deadline! <= now,
                "\(call.id) timed out before its client's time"
            )
            return app.killOn.contains(.clientTimeout)
        }
        let run = lane.runDeadline.map { $0 <= now } ?? false
        let stream = lane.streamDeadline.map { $0 <= now } ?? false
        try require(
            run && timeout == app.timeout || stream && timeout == app.streamTimeout,
            "\(call.id) timed out before its app's time"
        )
        return true
    }

    /// The call's client waits no more; it keeps its lane, if it has one.
    mutating func abandon(_ id: CallID, isFatal: Bool) throws(Violation) {
        guard let lane = calls[id.sequence]?.lane, let worker = index(of: lane.worker) else { return }
        try require(!workers[worker].lanes[lane.index].isOverrunning, "\(id) overran before it was answered")
        if isFatal, workers[worker].killedSince == nil { workers[worker].lanes[lane.index].overrunningSince = now }
        // Told to stop, unless there is nobody to tell.
        try require(
            workers[worker].lanes[lane.index].isCancelled || workers[worker].killedSince != nil,
            "\(id) is not told to stop"
        )
    }

    mutating func kill(_ id: WorkerID, _ cause: KillCause) throws(Violation) {
        guard let worker = index(of: id), workers[worker].killedSince == nil else {
            throw Violation(description: "\(id) is killed twice, or after its exit")
        }
        switch cause {
        case .overran(let call, let app):
            guard let lane = workers[worker].lanes.first(where: { $0.holder == call }), lane.app == app,
                let since = lane.overrunningSince
            else { throw Violation(description: "\(id) is killed for \(call), which doesn't overrun") }
            try require(since + configuration.cancelGrace <= now, "\(id) is killed within the grace")
            let isOver = isOver(workers[worker].condemnedSince, configuration.gracefulTimeout)
            let others = workers[worker].lanes.filter { $0.holder != nil && $0.overrunningSince == nil }
            try require(others.isEmpty || isOver, "\(id) is killed with calls on it that had time left")
        case .initTimeout:
            try require(
                !workers[worker].isReady && workers[worker].spawned + configuration.initTimeout <= now,
                "\(id) had time left to load"
            )
        case .lingered:
            try require(isOverdueToEnd(id), "\(id) had time left to end")
        case .fault:
            let isOver = workers[worker].failingSince.map { $0 + configuration.exitWait <= now } ?? false
            try require(workers[worker].isFaulty || isOver, "\(id) did nothing wrong")
        case .superseded:
            try require(!workers[worker].isReady, "\(id) was ready, and isn't drained")
        case .stopping:
            try require(stopSince != nil && (stoppedAtOnce || !workers[worker].isReady), "\(id) is killed too early")
        }
        workers[worker].killedSince = now
        workers[worker].stage = .dead
        workers[worker].isStuck = random.chance(0.1)
    }

    mutating func note(_ report: Report, of event: Event) throws(Violation) {
        switch report {
        case .ready(let worker, let slot):
            try require(event == .ready(worker), "\(worker) is reported ready by \(event)")
            try require(workers.first { $0.id == worker }?.slot == slot, "\(worker) isn't of slot \(slot)")
        case .ended(let worker, _, let exit, _, let next):
            try require(event == .exit(worker, exit), "\(worker) is reported ended by \(event)")
            let bounds = configuration.backoffFirst...configuration.backoffLimit + configuration.spawnWindow
            try require(next.map { $0 == .zero || bounds.contains($0) } ?? true, "the next worker comes in \(next!)")
        case .crashLooping(let slot, _, _):
            try require(failedBoots[slot, default: 0] >= 3, "slot \(slot) failed only \(failedBoots[slot] ?? 0) times")
            try require(loopingSlots.insert(slot).inserted, "slot \(slot) loops twice")
        case .recovered(let slot, _):
            try require(loopingSlots.remove(slot) != nil, "slot \(slot) recovers from nothing")
        case .exiled(let app, let slot, _):
            try require(event.exited != nil || event == .time, "app \(app.rawValue) is exiled by \(event)")
            try require(failedBoots[slot, default: 0] > 0, "app \(app.rawValue) is exiled from a good slot")
            for place in core.placement.places.indices where core.placement.places[place].owner == app {
                // What it gets of its own goes on counting where the shared slot was.
                if core.slots[place].failedBoots > 0 { failedBoots[SlotID(place)] = core.slots[place].failedBoots }
            }
        case .replacing(let worker, let slot, _):
            try require(core.slots[slot.rawValue].isOpen, "slot \(slot) is closed, and \(worker) is replaced in it")
        case .replacementFailed(let worker, let slot, _):
            try require(event.exited == worker || event == .time, "\(worker) of \(slot) failed by \(event)")
        case .quarantined(let fingerprint, _):
            try requireGuilty(fingerprint)
        }
    }

    /// A call is refused for the workers that it has killed.
    func requireGuilty(_ fingerprint: UInt64?) throws(Violation) {
        let deaths = fingerprint.flatMap { kills[$0] } ?? 0
        try require(
            configuration.quarantineDeaths > 0 && deaths >= configuration.quarantineDeaths,
            "a call is refused that killed \(deaths) workers"
        )
    }

    /// Counts the workers that calls may have killed: as many as anybody could blame them for.
    mutating func accuse(_ worker: FakeWorker) {
        for fingerprint in Set(worker.lanes.compactMap { $0.holder == nil ? nil : $0.fingerprint }) {
            kills[fingerprint, default: 0] += 1
        }
    }

    /// Counts a worker that is gone, or counts as gone, and hadn't come up.
    mutating func account(endOf worker: Int) {
        guard !workers[worker].isReady, !workers[worker].isCounted else { return }
        workers[worker].isCounted = true
        failedBoots[workers[worker].slot, default: 0] += 1
    }

    /// What must be among the actions of an exit: exactly the calls that had begun fail by it.
    func expect(exitOf worker: FakeWorker, _ exit: WorkerExit, _ actions: [Action]) throws(Violation) {
        for (index, lane) in worker.lanes.enumerated() {
            guard let holder = lane.holder, calls[holder.sequence] != nil else { continue }
            let death = Failure.workerDied(worker.id, worker.slot, exit)
            let died = actions.contains(.fail(holder, death))
            let hasBegun = lane.begun == holder.sequence
            try require(
                died == hasBegun,
                "lane \(index)'s call \(holder.sequence) had begun: \(hasBegun), died: \(died)"
            )
        }
        try require(actions.contains(.release(worker.id)), "\(worker.id) isn't released")
    }

    /// What a frame must lead to, and what it changes.
    mutating func expect(_ frame: FakeLane.Frame, on lane: LaneID, _ actions: [Action]) throws(Violation) {
        guard let worker = index(of: lane.worker) else { return }
        if frame.isFault {
            workers[worker].isFaulty = true
            if workers[worker].killedSince == nil {
                guard case .kill(lane.worker, .fault)? = actions.first, actions.dropFirst().allSatisfy(\.isRevocation)
                else {
                    throw Violation(description: "a fault isn't punished: \(actions)")
                }
            }
            return
        }
        guard let holder = workers[worker].lanes[lane.index].holder, holder.sequence == frame.sequence else {
            throw Violation(description: "the simulation lost a call")
        }
        if frame.reply == .free {
            endCall(on: worker, lane.index)
            return
        }
        let isWaitedFor = calls[holder.sequence] != nil
        let forward = Action.forward(holder, ends: frame.reply.isTerminal)
        try require((actions.first == forward) == isWaitedFor, "\(frame) leads to \(actions)")
        try require(!actions.dropFirst().contains(forward), "\(frame) is forwarded twice")
        if frame.reply.isTerminal {
            workers[worker].hasServed = true
            let isPaused = workers[worker].lanes[lane.index].isPaused
            if frame.isLaneBusy {
                workers[worker].lanes[lane.index].isAnswered = true
            } else {
                endCall(on: worker, lane.index)
                workers[worker].lanes[lane.index].isPaused = isPaused
            }
        } else if isWaitedFor {
            let app = configuration.apps[workers[worker].lanes[lane.index].app.rawValue]
            if workers[worker].lanes[lane.index].isPaused {
                workers[worker].lanes[lane.index].runLeft = app.timeout
            } else {
                workers[worker].lanes[lane.index].runDeadline = app.timeout.map { now + $0 }
            }
            if !workers[worker].lanes[lane.index].hasStreamed {
                workers[worker].lanes[lane.index].hasStreamed = true
                workers[worker].lanes[lane.index].streamDeadline = app.streamTimeout.map {
                    workers[worker].lanes[lane.index].dispatched + $0
                }
            }
        }
    }
}
