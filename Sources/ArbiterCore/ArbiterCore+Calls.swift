extension ArbiterCore {
    /// Takes a fully received request in, or refuses it.
    ///
    /// An accepted call is dispatched at once if a worker is free for it, and waits otherwise.
    public mutating func callReceived(_ call: IncomingCall, now: Instant) -> Admission {
        let app = call.app.rawValue
        precondition(apps.indices.contains(app), "a call for app \(app) of \(apps.count)")
        guard let client = clientIndex[call.client.rawValue] else {
            preconditionFailure("a call by client \(call.client.rawValue), which isn't connected")
        }
        if let failure = refusal(of: call, by: client, now) {
            apps[app].outcomes.count(failure)
            return .refused(failure)
        }
        let slot = call.affinity.flatMap { rendezvousSlot(for: $0, app: app) }
        let worker = freeWorker(forApp: app, boundTo: slot)
        if worker == nil, apps[app].waiting >= configuration.backlogPerApp {
            let failure = Failure.overloaded(.backlog(configuration.backlogPerApp), retryAfter: retryPause(forApp: app))
            apps[app].outcomes.count(failure)
            return .refused(failure)
        }
        let index = admit(call, app: app, client: client, slot: slot, now)
        let id = calls[index].id
        var actions = takeSpareActions()
        if let worker {
            give(index, to: worker, now, &actions)
        } else {
            enqueue(index)
            handArrived(index, now, &actions)
        }
        return .accepted(id, actions)
    }

    /// The client takes the call back; nothing happens if it has ended already.
    public mutating func callCancelled(_ call: CallID, now: Instant) -> [Action] {
        guard calls.contains(call.index), calls[call.index].id == call else { return [] }
        var actions: [Action] = []
        switch calls[call.index].state {
        case .waiting:
            fail(call.index, .cancelled(begun: false), &actions)
        case .handed:
            calls[call.index].isCancelled = true
            revoke(calls[call.index].worker, calls[call.index].lane, &actions)
        case .running, .streaming:
            cancelBegun(call.index, now, &actions)
        }
        return actions
    }

    /// Answers the client of a call on a lane that took it back.
    mutating func cancelBegun(_ index: Int, _ now: Instant, _ actions: inout [Action]) {
        let (worker, lane) = (calls[index].worker, calls[index].lane)
        tellToStop(worker, lane, .cancelled, &actions)
        fail(index, .cancelled(begun: true), &actions)
        abandon(worker, lane, isFatal: killsOnDisconnect(worker, lane), now, &actions)
    }

    /// Replies held for slow readers have grown or shrunk by so many bytes: they are part of the budget.
    public mutating func unsentBytesChanged(by delta: Int) {
        unsentBytes += delta
        precondition(unsentBytes >= 0, "\(unsentBytes) bytes of unsent replies")
    }

    /// Whether a request of so many bytes would pass the budget: asked when a large frame begins.
    public func room(forBytes bytes: Int) -> Failure? {
        guard bytes > configuration.budgetBytes - callBytes - unsentBytes else { return nil }
        return .overloaded(.memory(configuration.budgetBytes), retryAfter: Self.longestRetryPause / 10)
    }

    /// Why the request can't be accepted, whether or not a worker is free.
    @inline(__always)
    private func refusal(of call: IncomingCall, by client: Int, _ now: Instant) -> Failure? {
        let app = call.app.rawValue
        if let failure = unavailability(ofApp: app, now) { return failure }
        if let failure = quarantineFailure(call.fingerprint, now) { return failure }
        if let timeout = call.timeout, timeout <= .zero { return .timedOutWaiting(timeout: timeout) }
        if clients[client].calls >= configuration.callsPerClient {
            return .overloaded(.connection(configuration.callsPerClient), retryAfter: retryPause(forApp: app))
        }
        return room(forBytes: call.bytes)
    }

    /// Why no worker can take the app's calls now or soon; nil if one can.
    func unavailability(ofApp app: Int, _ now: Instant) -> Failure? {
        switch phase {
        case .unstarted, .serving: break
        case .stopping, .stopped: return .noWorkers(.stopping, retryAfter: nil)
        }
        if apps[app].isRemoved { return .noWorkers(.removed, retryAfter: nil) }
        if apps[app].slots.isEmpty {
            if isAwaited(app) { return nil }
            return .noWorkers(isLeaving(app) ? .removed : .noneConfigured, retryAfter: nil)
        }
        if apps[app].healthySlots == 0 { return crashLoopFailure(ofApp: app, now) }
        return nil
    }

    /// Enters the call in the tables.
    private mutating func admit(_ call: IncomingCall, app: Int, client: Int, slot: Int?, _ now: Instant) -> Int {
        lastSequence += 1
        accepted += 1
        callBytes += call.bytes
        let index = calls.insert(
            Call(
                id: CallID(sequence: lastSequence, index: calls.nextIndex),
                app: app,
                slot: slot,
                affinity: call.affinity,
                fingerprint: call.fingerprint,
                client: client,
                bytes: call.bytes,
                arrived: now,
                timeout: call.timeout,
                deadline: call.timeout.map { now + $0 } ?? .never
            )
        )
        linkToClient(index)
        return index
    }

    /// Puts a call in the backlog that it belongs to, and arms its deadline.
    mutating func enqueue(_ index: Int) {
        calls[index].state = .waiting
        apps[calls[index].app].waiting += 1
        insert(index, into: .waiting)
        if calls[index].deadline < .never {
            calls[index].timer = timers.insert(.call(index), key: calls[index].deadline)
        }
    }

    /// Takes a waiting call out of its backlog, and disarms its deadline.
    mutating func dequeue(_ index: Int) {
        remove(index, from: .waiting)
        endWaiting(index)
    }

    /// The call, in no line any more, waits no longer.
    mutating func endWaiting(_ index: Int) {
        apps[calls[index].app].waiting -= 1
        if let timer = calls[index].timer {
            timers.remove(timer)
            calls[index].timer = nil
        }
    }

    /// Puts a call at its place in a line.
    mutating func insert(_ index: Int, into line: Line) {
        let app = calls[index].app
        if let slot = calls[index].slot {
            let position = apps.position(ofApp: app, inPool: slots[slot].pool)
            slots[slot].insert(index, into: line, at: position, in: &calls)
        } else {
            let head = apps[app].head(of: line)
            apps[app].insert(index, into: line, in: &calls)
            if apps[app].head(of: line) != head { noteHead(of: line, ofApp: app) }
        }
    }

    /// Takes a call out of the line that it is in.
    mutating func remove(_ index: Int, from line: Line) {
        let app = calls[index].app
        if let slot = calls[index].slot {
            let position = apps.position(ofApp: app, inPool: slots[slot].pool)
            slots[slot].remove(index, from: line, at: position, in: &calls)
        } else {
            let head = apps[app].head(of: line)
            apps[app].remove(index, from: line, in: &calls)
            if apps[app].head(of: line) != head { noteHead(of: line, ofApp: app) }
        }
    }

    /// Tells the app's pools which of its calls in the line is the oldest now.
    mutating func noteHead(of line: Line, ofApp app: Int) {
        let head = apps[app].head(of: line)
        for seat in apps[app].seats {
            pools[seat.pool].set(seat.position, to: head < 0 ? nil : calls[head].id.sequence, in: line)
        }
    }

    /// Answers the call with an error, and forgets it; its lane, if it has one, is the caller's business.
    mutating func fail(_ index: Int, _ failure: Failure, _ actions: inout [Action]) {
        apps[calls[index].app].outcomes.count(failure)
        actions.append(.fail(calls[index].id, failure))
        end(index)
    }

    /// Forgets the call: it has had its answer, or its client is gone.
    mutating func end(_ index: Int) {
        switch calls[index].state {
        case .waiting:
            dequeue(index)
        case .handed:
            forsake(index)
            endWaiting(index)
        case .running, .streaming:
            apps[calls[index].app].running -= 1
        }
        callBytes -= calls[index].bytes
        unlinkFromClient(index)
        calls.remove(at: index)
    }

    /// Fails all calls that wait for the app, wherever they wait.
    ///
    /// Those handed to a lane are taken back first, and fail for the app's state then.
    mutating func failWaiting(ofApp app: Int, _ failure: Failure, _ actions: inout [Action]) {
        revokeAll(ofApp: app, &actions)
        while !apps[app].backlog.isEmpty { fail(apps[app].backlog.head, failure, &actions) }
        for seat in apps[app].seats {
            for slot in slots.indices where slots[slot].pool == seat.pool {
                while case let head = slots[slot].head(of: .waiting, at: seat.position), head >= 0 {
                    fail(head, failure, &actions)
                }
            }
        }
    }

    static let shortestRetryPause = Duration.milliseconds(100)
    static let longestRetryPause = Duration.seconds(30)

    /// When a refused client should come back: in the time in which half of the app's backlog should be served.
    private func retryPause(forApp app: Int) -> Duration {
        let lanes = max(1, apps[app].slots.count * configuration.lanesPerWorker)
        let run = Double(apps[app].meanRun) * Double(max(1, apps[app].waiting / 2)) / Double(lanes)
        let pause = Duration.nanoseconds(Int64(min(run, 1e12)))
        return min(max(pause, Self.shortestRetryPause), Self.longestRetryPause)
    }
}
