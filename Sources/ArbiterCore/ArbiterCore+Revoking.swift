/// What a lane was handed is taken back when another can have it, when its lane stalls, or when it must not run; the
/// shared page says whether it had begun.
extension ArbiterCore {
    /// What `revoke` asked for has been tried: `isRevoked` if the lane will not begin the call, else it has.
    public mutating func callRevoked(
        _ call: CallID,
        on lane: LaneID,
        claimant: WorkerID?,
        isRevoked: Bool,
        now: Instant
    ) -> [Action] {
        var actions: [Action] = []
        if let worker = workerIndex[lane.worker.rawValue] {
            if workers[worker].lanes[lane.index].handed?.call == call {
                if isRevoked {
                    withdraw(worker, lane.index, now, &actions)
                } else {
                    noteBegun(worker, lane.index, now, &actions)
                }
            } else if workers[worker].lanes[lane.index].state != .idle, workers[worker].lanes[lane.index].call == call {
                // The call before it has ended meanwhile.
                if isRevoked {
                    unseat(worker, lane.index, now, &actions)
                } else {
                    settleBegun(worker, lane.index, now, &actions)
                }
            }
        }
        if let claimant = claimant.flatMap({ workerIndex[$0.rawValue] }) { fill(claimant, now, &actions) }
        return actions
    }

    /// Takes back what the lane was handed, if it was handed something that isn't being taken back yet.
    mutating func revoke(_ worker: Int, _ lane: Int, claimant: WorkerID? = nil, _ actions: inout [Action]) {
        guard let handed = workers[worker].lanes[lane].handed, handed.fate == .open else { return }
        workers[worker].lanes[lane].handed?.fate = .revoking
        remove(handed.call.index, from: .handed)
        actions.append(.revoke(handed.call, LaneID(worker: workers[worker].id, index: lane), claimant: claimant))
    }

    /// Takes back all that the worker's lanes were handed: it gets nothing new.
    mutating func revokeAll(on worker: Int, _ actions: inout [Action]) {
        for lane in workers[worker].lanes.indices { revoke(worker, lane, &actions) }
    }

    /// Takes back the app's calls that lanes were handed.
    mutating func revokeAll(ofApp app: Int, _ actions: inout [Action]) {
        revokeAll(where: { $0.app == app }, &actions)
    }

    /// Takes back the calls that match, of those that lanes were handed.
    mutating func revokeAll(where matches: (HandedCall) -> Bool, _ actions: inout [Action]) {
        guard configuration.prefetches else { return }
        // A worker that has exited loses what it was handed with its lanes.
        for worker in workers.indices where workerIndex[workers[worker].id.rawValue] != nil {
            for lane in workers[worker].lanes.indices {
                if let handed = workers[worker].lanes[lane].handed, matches(handed) { revoke(worker, lane, &actions) }
            }
        }
    }

    /// Claims the oldest call that a busy lane was handed for an idle lane of the worker, if there is none that waits, or if
    /// its lane has stalled and it is older than that one; whether it did.
    mutating func claimHanded(
        for worker: Int,
        olderThan waiting: Int?,
        _ now: Instant,
        _ actions: inout [Action]
    ) -> Bool {
        guard let index = oldestCall(in: .handed, for: worker) else { return false }
        let (holder, lane) = (calls[index].worker, calls[index].lane)
        if let waiting {
            guard calls[index].id.sequence < calls[waiting].id.sequence,
                workers[holder].lanes[lane].stallDeadline <= now
            else { return false }
            workers[holder].lanes[lane].isStalled = true
        }
        revoke(holder, lane, claimant: workers[worker].id, &actions)
        return true
    }

    /// The call that the lane was handed is the one that has it now: the one before has ended.
    mutating func promote(_ worker: Int, _ lane: Int, _ now: Instant, _ actions: inout [Action]) {
        guard let handed = workers[worker].lanes[lane].handed else {
            preconditionFailure("lane \(lane) of \(workers[worker].id) was handed no call")
        }
        let index = handed.call.index
        if handed.fate == .open { remove(index, from: .handed) }
        occupy(
            worker,
            lane,
            handed.call,
            app: handed.app,
            position: handed.position,
            fingerprint: handed.fingerprint,
            now
        )
        if handed.isForsaken {
            tellToStop(worker, lane, .cancelled, &actions)
            abandon(worker, lane, isFatal: killsOnDisconnect(worker, lane), now, &actions)
        } else {
            endWaiting(index)
            noteRunning(index)
            if handed.fate == .begun { settleBegun(worker, lane, now, &actions) }
        }
    }

    /// Nobody waits any more for a call that a lane was handed.
    mutating func forsake(_ index: Int) {
        let (worker, lane) = (calls[index].worker, calls[index].lane)
        precondition(
            workers[worker].lanes[lane].handed.map { $0.call == calls[index].id && $0.fate != .open } ?? false,
            "call \(calls[index].id) ends while a lane has it"
        )
        workers[worker].lanes[lane].handed?.isForsaken = true
    }

    /// The deadline of a call that waits, or that a lane was handed, is over.
    mutating func callDeadlinePassed(_ index: Int, _ actions: inout [Action]) {
        guard let timeout = calls[index].timeout else {
            preconditionFailure("call \(calls[index].id) has a deadline without a timeout")
        }
        switch calls[index].state {
        case .waiting:
            fail(index, .timedOutWaiting(timeout: timeout), &actions)
        case .handed:
            // If it has begun, its lane has the deadline as soon as the call before it has ended.
            if let timer = calls[index].timer { timers.remove(timer) }
            calls[index].timer = nil
            revoke(calls[index].worker, calls[index].lane, &actions)
        case .running, .streaming:
            preconditionFailure("call \(calls[index].id) has a deadline of its own on a lane")
        }
    }

    /// Puts a call that had not begun on its lane back to where it waited, or fails it if it can't wait there.
    ///
    /// With `isLost`, its lane's worker is gone, and an affinity chooses again.
    mutating func takeBack(_ index: Int, isLost: Bool, _ now: Instant, _ actions: inout [Action]) {
        switch calls[index].state {
        case .waiting: preconditionFailure("call \(calls[index].id) comes back from nowhere")
        case .handed: endWaiting(index)
        case .running, .streaming: apps[calls[index].app].running -= 1
        }
        let app = calls[index].app
        if let affinity = calls[index].affinity, isLost || !isUsable(calls[index].slot) {
            calls[index].slot = rendezvousSlot(for: affinity, app: app)
        }
        enqueue(index)
        if calls[index].isCancelled {
            fail(index, .cancelled(begun: false), &actions)
        } else if let failure = unavailability(ofApp: app, now) {
            fail(index, failure, &actions)
        } else if let timeout = calls[index].timeout, calls[index].deadline <= now {
            fail(index, .timedOutWaiting(timeout: timeout), &actions)
        }
    }

    /// Whether calls that are bound to the slot may wait for it.
    private func isUsable(_ slot: Int?) -> Bool {
        slot.map { slots[$0].isOpen && !slots[$0].isCrashLooping } ?? false
    }

    /// The lane won't begin what it was handed.
    private mutating func withdraw(_ worker: Int, _ lane: Int, _ now: Instant, _ actions: inout [Action]) {
        guard let handed = workers[worker].lanes[lane].handed else { return }
        workers[worker].lanes[lane].handed = nil
        if !handed.isForsaken { redispatch(handed.call, now, &actions) }
        handNext(worker, lane, now, &actions)
    }

    /// The lane won't begin the call that has it: the lane is free.
    private mutating func unseat(_ worker: Int, _ lane: Int, _ now: Instant, _ actions: inout [Action]) {
        let call = workers[worker].lanes[lane].call
        switch workers[worker].lanes[lane].state {
        case .running: takeBack(call.index, isLost: false, now, &actions)
        case .abandoned, .overrunning: break
        case .idle, .paused, .answered: preconditionFailure("call \(call) was revoked, and has said something")
        }
        free(worker, lane, now, &actions)
        if calls.contains(call.index), calls[call.index].id == call { serveReturned(call.index, now, &actions) }
    }

    /// What the lane was handed has begun, although the end of the call before it hasn't been read.
    private mutating func noteBegun(_ worker: Int, _ lane: Int, _ now: Instant, _ actions: inout [Action]) {
        workers[worker].lanes[lane].handed?.fate = .begun
        // What the lane holds of a stream is all there will be: the next call's answer mustn't wait behind it.
        resume(worker, lane, now, &actions)
        if workers[worker].isGivenUp { failBegun(worker, lane, &actions) }
    }

    /// Ends a call that has begun behind another, whose end will not be read.
    mutating func failBegun(_ worker: Int, _ lane: Int, _ actions: inout [Action]) {
        guard let handed = workers[worker].lanes[lane].handed, handed.fate == .begun, !handed.isForsaken else { return }
        fail(handed.call.index, .interrupted(workers[worker].id, isStopping: phase != .serving), &actions)
    }

    /// The call that has the lane has begun, and may have been wanted back.
    private mutating func settleBegun(_ worker: Int, _ lane: Int, _ now: Instant, _ actions: inout [Action]) {
        let call = workers[worker].lanes[lane].call
        guard workers[worker].lanes[lane].state == .running else { return }
        if calls[call.index].isCancelled {
            cancelBegun(call.index, now, &actions)
        } else if workers[worker].isGivenUp {
            failRunning(on: worker, now, &actions)
        }
    }

    /// Puts a call that was taken back where it waited, and gives it to whoever may have it now.
    private mutating func redispatch(_ call: CallID, _ now: Instant, _ actions: inout [Action]) {
        takeBack(call.index, isLost: false, now, &actions)
        guard calls.contains(call.index), calls[call.index].id == call else { return }
        serveReturned(call.index, now, &actions)
    }

    private mutating func serveReturned(_ index: Int, _ now: Instant, _ actions: inout [Action]) {
        guard calls[index].state == .waiting else { return }
        let (id, app, slot) = (calls[index].id, calls[index].app, calls[index].slot)
        if let worker = slot.flatMap({ slots[$0].current }) {
            fill(worker, now, &actions)
        } else if slot == nil {
            serve(app: app, now, &actions)
        }
        guard calls.contains(index), calls[index].id == id, calls[index].state == .waiting else { return }
        handArrived(index, now, &actions)
    }
}
