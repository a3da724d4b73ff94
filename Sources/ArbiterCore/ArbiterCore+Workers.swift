extension ArbiterCore {
    /// A worker has loaded its apps and can take calls.
    public mutating func workerReady(_ worker: WorkerID, hosting hosted: [HostedApp], now: Instant) -> [Action] {
        guard let worker = workerIndex[worker.rawValue] else { return [] }
        var actions: [Action] = []
        switch workers[worker].state {
        case .starting:
            guard takeSeats(worker, hosted) else {
                fault(worker, "hosts other apps than it was told to", now, &actions)
                return actions
            }
            workers[worker].wasReady = true
            workers[worker].state = .ready
            setWorkerTimer(worker, .never)
            takeUpService(worker, now, &actions)
        case .ready, .draining, .retiring, .failing:
            fault(worker, "said that it is ready while \(workers[worker].state)", now, &actions)
        case .killed:
            break
        }
        return actions
    }

    /// A worker can't load its apps, and says why; its exit follows, or it is killed after the exit wait.
    public mutating func workerFailedToLoad(
        _ worker: WorkerID,
        app: AppID?,
        message: String,
        now: Instant
    ) -> [Action] {
        guard let worker = workerIndex[worker.rawValue] else { return [] }
        var actions: [Action] = []
        switch workers[worker].state {
        case .starting:
            workers[worker].bootFailure = message
            workers[worker].blamed = app
            breakOff(worker, "said that it can't load its apps and went on", now, &actions)
        case .failing, .killed:
            if !workers[worker].wasReady {
                workers[worker].bootFailure = message
                workers[worker].blamed = app
            }
        case .ready, .draining, .retiring:
            fault(worker, "said that it can't load its apps while \(workers[worker].state)", now, &actions)
        }
        return actions
    }

    /// A worker's process is gone, and all it said has been handed in.
    ///
    /// `begun` has, for each lane, the sequence of the last call that the worker had begun there, by the shared page:
    /// those calls fail, and others go back to where they waited. It may be shorter than the lanes. `crashedLane` is the
    /// one whose thread crashed, where the crash handler says so, and `opening` the app that was being loaded.
    public mutating func workerExited(
        _ worker: WorkerID,
        _ exit: WorkerExit,
        begun: [UInt64],
        crashedLane: Int? = nil,
        opening: AppID? = nil,
        now: Instant
    ) -> [Action] {
        guard let index = workerIndex.remove(worker.rawValue) else {
            preconditionFailure("worker \(worker.rawValue) exited, but there is none")
        }
        var actions: [Action] = []
        blameCall(index, begun: begun, crashedLane: crashedLane, now, &actions)
        let returning = releaseLanes(index, exit, begun, now, &actions)
        if !workers[index].wasReady {
            workers[index].bootFailure = workers[index].bootFailure ?? exit.text
            workers[index].blamed = workers[index].blamed ?? opening
        }
        let gone = workers[index]
        if let free = gone.free { pools[gone.pool].free.remove(free) }
        setWorkerTimer(index, .never)
        setSentenceTimer(index, .never)
        workers.remove(at: index)
        if gone.isWrittenOff { writtenOff -= 1 }
        actions.append(.release(worker))
        let slot = SlotID(gone.slot)
        let vacancy = vacate(gone.slot, index, gone, now)
        actions.append(.report(.ended(worker, slot, exit, expected: gone.isExpected, next: vacancy.pause)))
        noteVacancy(gone.slot, vacancy, now, &actions)
        for index in returning { takeBack(index, isLost: true, now, &actions) }
        serveReturned(slot: gone.slot, now, &actions)
        noteGone(gone, now, &actions)
        forgetGenerations(&actions)
        finishIfDone(now, &actions)
        return actions
    }

    /// A worker has been too long in its state.
    mutating func workerDeadlinePassed(_ worker: Int, _ now: Instant, _ actions: inout [Action]) {
        switch workers[worker].state {
        case .starting: kill(worker, .initTimeout, now, &actions)
        case .draining, .retiring: readBeforeKill(worker, .lingered, &actions)
        case .failing: readBeforeKill(worker, .fault(workers[worker].fault), &actions)
        case .killed: writeOff(worker, now, &actions)
        case .ready: preconditionFailure("worker \(workers[worker].id) has a deadline while ready")
        }
    }

    /// Notes how the worker's apps take calls; false if they aren't those it was to load.
    private mutating func takeSeats(_ worker: Int, _ hosted: [HostedApp]) -> Bool {
        let wanted = pools[workers[worker].pool].apps
        guard Set(hosted.map(\.app.rawValue)) == Set(wanted), hosted.count == wanted.count else { return false }
        for app in hosted {
            let position = apps.position(ofApp: app.app.rawValue, inPool: workers[worker].pool)
            workers[worker].seats[position].isConcurrent = app.isConcurrent
            workers[worker].seats[position].isPinned = app.isPinned
        }
        return true
    }

    /// Makes a ready worker the one that serves its slot, in place of the one it may replace.
    private mutating func takeUpService(_ worker: Int, _ now: Instant, _ actions: inout [Action]) {
        let slot = workers[worker].slot
        actions.append(.report(.ready(workers[worker].id, SlotID(slot))))
        bootSucceeded(slot, &actions)
        var replaced: WorkerID?
        if slots[slot].incoming == worker {
            slots[slot].incoming = nil
            if let current = slots[slot].current {
                replaced = workers[current].id
                letGo(current, now, &actions)
            }
            slots[slot].current = worker
        }
        if slots[slot].isOpen {
            noteFree(worker)
            fill(worker, now, &actions)
        } else {
            slots[slot].current = nil
            drain(worker, now, &actions)
        }
        noteReady(worker, replaced: replaced, now, &actions)
        settleExile(of: slot, now, &actions)
    }

    /// Gives a worker nothing new and lets it go once it is idle.
    mutating func drain(_ worker: Int, _ now: Instant, _ actions: inout [Action]) {
        workers[worker].isExpected = true
        switch workers[worker].state {
        case .ready:
            workers[worker].state = .draining
            revokeAll(on: worker, &actions)
            setWorkerTimer(worker, now + configuration.gracefulTimeout)
            retireIfIdle(worker, now, &actions)
        case .draining, .retiring, .failing, .killed:
            break
        case .starting:
            preconditionFailure("worker \(workers[worker].id) is to drain before it is ready")
        }
    }

    /// Lets a draining worker go if it has nothing left to do, and its time isn't over.
    mutating func retireIfIdle(_ worker: Int, _ now: Instant, _ actions: inout [Action]) {
        guard workers[worker].isIdle, workers[worker].sentence == .none else { return }
        workers[worker].state = .retiring
        setWorkerTimer(worker, now + configuration.gracefulTimeout)
        actions.append(.retire(workers[worker].id))
    }

    /// Ends what was on a dead worker's lanes; returns the calls that hadn't begun.
    private mutating func releaseLanes(
        _ worker: Int,
        _ exit: WorkerExit,
        _ begun: [UInt64],
        _ now: Instant,
        _ actions: inout [Action]
    ) -> [Int] {
        var returning: [Int] = []
        for lane in workers[worker].lanes.indices {
            removeLaneTimer(worker, lane)
            forgetHanding(worker, lane)
            let call = workers[worker].lanes[lane].call
            // A lane that has begun what it was handed had begun the call before it, too.
            var hasBegun = lane < begun.count && begun[lane] == call.sequence
            if let handed = workers[worker].lanes[lane].handed {
                if handed.fate == .open { remove(handed.call.index, from: .handed) }
                workers[worker].lanes[lane].handed?.fate = .begun
                if lane < begun.count, begun[lane] == handed.call.sequence {
                    hasBegun = true
                    let slot = SlotID(workers[worker].slot)
                    if !handed.isForsaken {
                        fail(handed.call.index, .workerDied(workers[worker].id, slot, exit), &actions)
                    }
                } else if !handed.isForsaken {
                    returning.append(handed.call.index)
                }
            }
            switch workers[worker].lanes[lane].state {
            case .idle, .answered, .abandoned, .overrunning:
                break
            case .running, .paused:
                if hasBegun || calls[call.index].state == .streaming {
                    let slot = SlotID(workers[worker].slot)
                    fail(call.index, .workerDied(workers[worker].id, slot, exit), &actions)
                } else {
                    returning.append(call.index)
                }
            }
        }
        return returning
    }

    /// Gives calls that came back from a dead worker of the slot to workers that are free for them.
    private mutating func serveReturned(slot: Int, _ now: Instant, _ actions: inout [Action]) {
        for app in pools[slots[slot].pool].apps {
            serve(app: app, now, &actions)
            for slot in apps[app].slots where !slots[slot].waiting.heads.isEmpty {
                if let current = slots[slot].current { fill(current, now, &actions) }
                handWaiting(ofApp: app, boundTo: slot, now, &actions)
            }
            handWaiting(ofApp: app, boundTo: nil, now, &actions)
        }
    }
}

extension WorkerExit {
    /// What happened, for the cause of a failed boot.
    var text: String {
        switch self {
        case .exited(let code): "it exited with code \(code) before it was ready"
        case .signalled(let signal): "signal \(signal) ended it before it was ready"
        case .notStarted(let reason): "it could not be started: \(reason)"
        }
    }
}
