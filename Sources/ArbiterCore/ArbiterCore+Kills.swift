extension ArbiterCore {
    /// A lane's stream ended although its process lives.
    ///
    /// Nothing new goes to the worker, and it is killed if it doesn't exit within the exit wait. For a worker that was
    /// let go, or was killed, this is how it should be.
    public mutating func laneClosed(_ lane: LaneID, now: Instant) -> [Action] {
        guard let worker = workerIndex[lane.worker.rawValue] else { return [] }
        var actions: [Action] = []
        switch workers[worker].state {
        case .starting, .ready, .draining:
            breakOff(worker, "closed lane \(lane.index) and went on", now, &actions)
        case .retiring, .failing, .killed:
            break
        }
        return actions
    }

    /// What the worker's lanes held has been handed in, as `readLanes` asked: it is killed if there is still a reason.
    public mutating func lanesRead(_ worker: WorkerID, now: Instant) -> [Action] {
        guard let worker = workerIndex[worker.rawValue] else { return [] }
        var actions: [Action] = []
        switch workers[worker].sentence {
        case .none, .suspended:
            break
        case .reading(.overran):
            guard let lane = workers[worker].lanes.first(where: { $0.state == .overrunning && $0.isPastGrace }) else {
                preconditionFailure("worker \(workers[worker].id) is condemned for no call")
            }
            kill(worker, .overran(lane.call, app: AppID(lane.app)), now, &actions)
        case .reading(.lingered):
            failRunning(on: worker, now, &actions)
            kill(worker, .lingered, now, &actions)
        case .reading(.fault(let what)):
            kill(worker, .fault(what), now, &actions)
        }
        return actions
    }

    /// The worker is about to exit, or ought to be: nothing new goes to it, and it has the exit wait for that.
    mutating func breakOff(_ worker: Int, _ what: String, _ now: Instant, _ actions: inout [Action]) {
        workers[worker].state = .failing
        workers[worker].fault = what
        setWorkerTimer(worker, now + configuration.exitWait)
        revokeAll(on: worker, &actions)
    }

    /// The worker broke the protocol: it is killed at once, unless that has been done.
    mutating func fault(_ worker: Int, _ what: String, _ now: Instant, _ actions: inout [Action]) {
        kill(worker, .fault(what), now, &actions)
    }

    /// A call of the worker overran its grace: once its other calls have ended, or had their time, it is killed.
    mutating func condemn(_ worker: Int, _ now: Instant, _ actions: inout [Action]) {
        switch workers[worker].sentence {
        case .none:
            workers[worker].sentence = .suspended
            setSentenceTimer(worker, now + configuration.gracefulTimeout)
            reconsider(worker, now, &actions)
        case .suspended:
            reconsider(worker, now, &actions)
        case .reading:
            break
        }
    }

    /// A call of the worker ended, or its grace did: the sentence for an overrun may be lifted, or be due.
    mutating func reconsider(_ worker: Int, _ now: Instant, _ actions: inout [Action]) {
        switch workers[worker].sentence {
        case .none, .reading(.lingered), .reading(.fault):
            break
        case .reading(.overran):
            if !workers[worker].isCondemned { workers[worker].sentence = .none }
        case .suspended:
            if !workers[worker].isCondemned {
                workers[worker].sentence = .none
                setSentenceTimer(worker, .never)
            } else if workers[worker].lanes.allSatisfy({ $0.state == .idle || $0.isPastGrace }) {
                readBeforeKill(worker, .overran, &actions)
            }
        }
    }

    /// Has the worker's lanes read a last time; `lanesRead` decides.
    mutating func readBeforeKill(_ worker: Int, _ charge: Worker.Charge, _ actions: inout [Action]) {
        let isBeingRead =
            switch workers[worker].sentence {
            case .none, .suspended: false
            case .reading: true
            }
        workers[worker].sentence = .reading(charge)
        setSentenceTimer(worker, .never)
        if !isBeingRead { actions.append(.readLanes(workers[worker].id)) }
    }

    /// Kills the worker, unless that has been done; it is gone when its exit is reported.
    mutating func kill(_ worker: Int, _ cause: KillCause, _ now: Instant, _ actions: inout [Action]) {
        guard workers[worker].state != .killed else { return }
        workers[worker].state = .killed
        workers[worker].sentence = .none
        if !workers[worker].wasReady, workers[worker].bootFailure == nil {
            workers[worker].bootFailure = cause.bootFailure(initTimeout: configuration.initTimeout)
        }
        setSentenceTimer(worker, .never)
        setWorkerTimer(worker, now + configuration.killWait)
        for lane in workers[worker].lanes.indices {
            switch workers[worker].lanes[lane].state {
            case .idle, .running, .paused: break
            case .answered, .abandoned, .overrunning: removeLaneTimer(worker, lane)
            }
        }
        actions.append(.kill(workers[worker].id, cause))
        revokeAll(on: worker, &actions)
    }

    /// Ends the calls on the worker's lanes that clients still wait for: the worker's time is over.
    mutating func failRunning(on worker: Int, _ now: Instant, _ actions: inout [Action]) {
        workers[worker].isGivenUp = true
        for lane in workers[worker].lanes.indices {
            switch workers[worker].lanes[lane].state {
            case .running, .paused:
                tellToStop(worker, lane, .cancelled, &actions)
                let failure = Failure.interrupted(workers[worker].id, isStopping: phase != .serving)
                fail(workers[worker].lanes[lane].call.index, failure, &actions)
                abandon(worker, lane, isFatal: false, now, &actions)
            case .idle, .answered, .abandoned, .overrunning:
                break
            }
            // What is being taken back is answered when it is known whether it had begun.
            failBegun(worker, lane, &actions)
        }
    }
}

extension KillCause {
    /// How a boot failed that ended with this kill.
    func bootFailure(initTimeout: Duration) -> String {
        switch self {
        case .initTimeout: "it was not ready within \(initTimeout)"
        case .fault(let what): "it \(what)"
        case .overran, .lingered, .stopping, .superseded: "it was stopped"
        }
    }
}
