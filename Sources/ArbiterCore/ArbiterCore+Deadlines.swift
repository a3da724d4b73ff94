extension ArbiterCore {
    /// Gives the lane the nearest deadline that matters in its state.
    mutating func armLane(_ worker: Int, _ lane: Int) {
        let (run, stream) = (workers[worker].lanes[lane].runDeadline, workers[worker].lanes[lane].streamDeadline)
        switch workers[worker].lanes[lane].state {
        case .idle:
            setLaneTimer(worker, lane, .never)
        case .running, .paused:
            setLaneTimer(worker, lane, min(run, stream, calls[workers[worker].lanes[lane].call.index].deadline))
        case .answered, .abandoned:
            guard workers[worker].state != .killed else {
                // It can't be made to hurry, and no call will come to its lanes.
                return removeLaneTimer(worker, lane)
            }
            setLaneTimer(worker, lane, min(run, stream))
        case .overrunning:
            preconditionFailure("an overrunning lane has only its grace")
        }
    }

    /// Gives the lane a deadline, or none.
    ///
    /// A node that comes earlier is left where it is: hardly any deadline is ever reached, so this is cheaper than moving
    /// it at every call.
    mutating func setLaneTimer(_ worker: Int, _ lane: Int, _ deadline: Instant) {
        workers[worker].lanes[lane].deadline = deadline
        if deadline < workers[worker].lanes[lane].timerDue { placeLaneTimer(worker, lane) }
    }

    /// Makes the lane's node among the deadlines due when its deadline is.
    mutating func placeLaneTimer(_ worker: Int, _ lane: Int) {
        let deadline = workers[worker].lanes[lane].deadline
        setTimer(&workers[worker].lanes[lane].timer, deadline, .lane(worker: worker, lane: lane), in: &timers)
        workers[worker].lanes[lane].timerDue = deadline
    }

    /// Takes the lane's deadline, and its node with it.
    mutating func removeLaneTimer(_ worker: Int, _ lane: Int) {
        workers[worker].lanes[lane].deadline = .never
        placeLaneTimer(worker, lane)
    }

    /// Moves, makes or removes the worker's own node among the deadlines.
    mutating func setWorkerTimer(_ worker: Int, _ deadline: Instant) {
        setTimer(&workers[worker].timer, deadline, .worker(worker), in: &timers)
    }

    /// Moves, makes or removes the node of the worker's sentence among the deadlines.
    mutating func setSentenceTimer(_ worker: Int, _ deadline: Instant) {
        setTimer(&workers[worker].sentenceTimer, deadline, .sentence(worker: worker), in: &timers)
    }

    /// A deadline of the lane's call is over.
    mutating func laneDeadlinePassed(_ worker: Int, _ lane: Int, _ now: Instant, _ actions: inout [Action]) {
        switch workers[worker].lanes[lane].state {
        case .idle:
            preconditionFailure("a deadline on lane \(lane) of \(workers[worker].id), which is idle")
        case .running, .paused:
            let (failure, isFatal) = overdue(worker, lane, now)
            workers[worker].lanes[lane].isToBlame = isFatal && !failure.isClientTimeout
            tellToStop(worker, lane, .deadline, &actions)
            fail(workers[worker].lanes[lane].call.index, failure, &actions)
            abandon(worker, lane, isFatal: isFatal, now, &actions)
        case .answered, .abandoned:
            tellToStop(worker, lane, .deadline, &actions)
            workers[worker].lanes[lane].isToBlame = true
            overrun(worker, lane, now, &actions)
        case .overrunning:
            workers[worker].lanes[lane].isPastGrace = true
            condemn(worker, now, &actions)
        }
    }

    /// Which of a running call's deadlines is over, and whether it may cost its worker's life.
    private func overdue(_ worker: Int, _ lane: Int, _ now: Instant) -> (Failure, isFatal: Bool) {
        let occupied = workers[worker].lanes[lane]
        let id = LaneID(worker: workers[worker].id, index: lane)
        let app = apps[occupied.app].configuration
        if occupied.runDeadline <= now, let timeout = app.timeout {
            return (.timedOutRunning(timeout: timeout, id, isClientTimeout: false), true)
        }
        if occupied.streamDeadline <= now, let timeout = app.streamTimeout {
            return (.timedOutRunning(timeout: timeout, id, isClientTimeout: false), true)
        }
        guard let timeout = calls[occupied.call.index].timeout else {
            preconditionFailure("no deadline of call \(occupied.call) is over")
        }
        let isFatal = app.killOn.contains(.clientTimeout)
        return (.timedOutRunning(timeout: timeout, id, isClientTimeout: true), isFatal)
    }

    /// Whether the lane's app wants a worker killed whose call goes on without its client.
    func killsOnDisconnect(_ worker: Int, _ lane: Int) -> Bool {
        apps[workers[worker].lanes[lane].app].configuration.killOn.contains(.disconnect)
    }

    /// Tells the lane's plugin, once, that nobody waits for its call.
    mutating func tellToStop(_ worker: Int, _ lane: Int, _ reason: CancelReason, _ actions: inout [Action]) {
        guard !workers[worker].lanes[lane].isCancelled, workers[worker].state != .killed else { return }
        workers[worker].lanes[lane].isCancelled = true
        let id = LaneID(worker: workers[worker].id, index: lane)
        actions.append(.cancel(id, sequence: workers[worker].lanes[lane].call.sequence, reason))
    }

    /// The lane's call has lost its client: it may go on until the app's own bound, or is in its grace if `isFatal`.
    mutating func abandon(_ worker: Int, _ lane: Int, isFatal: Bool, _ now: Instant, _ actions: inout [Action]) {
        if workers[worker].lanes[lane].state == .paused { resumeReading(worker, lane, now, &actions) }
        workers[worker].lanes[lane].state = .abandoned
        revoke(worker, lane, &actions)
        if isFatal {
            overrun(worker, lane, now, &actions)
        } else {
            armLane(worker, lane)
        }
    }

    /// The lane's call is past a deadline that kills: it has its grace to notice, and its worker gets nothing new.
    private mutating func overrun(_ worker: Int, _ lane: Int, _ now: Instant, _ actions: inout [Action]) {
        guard workers[worker].state != .killed else { return armLane(worker, lane) }
        workers[worker].lanes[lane].state = .overrunning
        workers[worker].overrunning += 1
        setLaneTimer(worker, lane, now + configuration.cancelGrace)
        revokeAll(on: worker, &actions)
    }
}

/// Moves, makes or removes a node of `timers`, so that it is due at `deadline`, or never.
private func setTimer(
    _ handle: inout HeapHandle?,
    _ deadline: Instant,
    _ target: TimerTarget,
    in timers: inout IndexedHeap<Instant, TimerTarget>
) {
    switch (handle, deadline == .never) {
    case (nil, true):
        break
    case (nil, false):
        handle = timers.insert(target, key: deadline)
    case (let node?, true):
        timers.remove(node)
        handle = nil
    case (let node?, false):
        timers.update(node, key: deadline)
    }
}
