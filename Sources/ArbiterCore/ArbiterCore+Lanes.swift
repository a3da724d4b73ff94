extension ArbiterCore {
    /// A lane sent a frame for the call of this sequence.
    ///
    /// What to do with the frame itself comes first in the actions: forward it, or nothing, which is to discard it.
    /// `isLaneBusy` with a terminal answer says that the plugin hasn't left the lane yet: a `free` follows when it has.
    public mutating func replyReceived(
        _ reply: LaneReply,
        on lane: LaneID,
        sequence: UInt64,
        isLaneBusy: Bool,
        now: Instant
    ) -> [Action] {
        guard let worker = workerIndex[lane.worker.rawValue] else { return [] }
        var actions = takeSpareActions()
        let state = workers[worker].lanes[lane.index].state
        guard state != .idle, workers[worker].lanes[lane.index].call.sequence == sequence else {
            fault(worker, "answered call \(sequence), which isn't on its lane \(lane.index)", now, &actions)
            return actions
        }
        switch reply {
        case .response, .end, .error, .rejection:
            finish(worker, lane.index, by: reply, isLaneBusy: isLaneBusy, now, &actions)
        case .chunk:
            passChunk(worker, lane.index, now, &actions)
        case .free:
            if workers[worker].lanes[lane.index].isAnswered {
                free(worker, lane.index, now, &actions)
            } else {
                fault(worker, "freed lane \(lane.index) before it answered call \(sequence)", now, &actions)
            }
        }
        return actions
    }

    private mutating func finish(
        _ worker: Int,
        _ lane: Int,
        by reply: LaneReply,
        isLaneBusy: Bool,
        _ now: Instant,
        _ actions: inout [Action]
    ) {
        let id = workers[worker].lanes[lane].call
        let state = workers[worker].lanes[lane].state
        guard !workers[worker].lanes[lane].isAnswered else {
            fault(worker, "answered call \(id.sequence) twice on its lane \(lane)", now, &actions)
            return
        }
        if reply == .response, workers[worker].lanes[lane].hasStreamed {
            fault(worker, "ended the stream of call \(id.sequence) with a response", now, &actions)
            return
        }
        switch state {
        case .running, .paused:
            deliver(id.index, by: reply, now, &actions)
            if state == .paused { resumeReading(worker, lane, now, &actions) }
        case .abandoned, .overrunning:
            break
        case .idle, .answered:
            preconditionFailure("an answer on lane \(lane) of \(workers[worker].id), which is \(state)")
        }
        workers.update(worker) { worker in
            worker.lanes[lane].isAnswered = true
            worker.callsServed += 1
        }
        slots[workers[worker].slot].backoff.reset()
        apps[workers[worker].lanes[lane].app].noteRun(
            now.nanoseconds &- workers[worker].lanes[lane].dispatched.nanoseconds
        )
        if !isLaneBusy {
            free(worker, lane, now, &actions)
        } else if state != .overrunning {
            workers[worker].lanes[lane].state = .answered
            armLane(worker, lane)
            revoke(worker, lane, &actions)
        }
        recycleIfWorn(worker, now, &actions)
    }

    /// Sends the client its terminal answer, and forgets the call.
    private mutating func deliver(_ index: Int, by reply: LaneReply, _ now: Instant, _ actions: inout [Action]) {
        apps[calls[index].app].noteAnswer(reply, after: now.nanoseconds &- calls[index].arrived.nanoseconds)
        actions.append(.forward(calls[index].id, ends: true))
        end(index)
    }

    private mutating func passChunk(_ worker: Int, _ lane: Int, _ now: Instant, _ actions: inout [Action]) {
        let id = workers[worker].lanes[lane].call
        guard !workers[worker].lanes[lane].isAnswered else {
            fault(worker, "sent a chunk of call \(id.sequence) after its end", now, &actions)
            return
        }
        let app = workers[worker].lanes[lane].app
        workers[worker].lanes[lane].hasStreamed = true
        switch workers[worker].lanes[lane].state {
        case .running:
            if calls[id.index].state != .streaming {
                calls[id.index].state = .streaming
                workers[worker].lanes[lane].streamDeadline =
                    workers[worker].lanes[lane].dispatched.advanced(byNanoseconds: apps[app].streamTimeout)
            }
            workers[worker].lanes[lane].runDeadline = now.advanced(byNanoseconds: apps[app].timeout)
            actions.append(.forward(id, ends: false))
            armLane(worker, lane)
            if clients[calls[id.index].client].isBlocked { pause(worker, lane, now, &actions) }
        case .paused:
            // It had been read before the pause took effect.
            workers[worker].lanes[lane].pausedRun = apps[app].timeout
            actions.append(.forward(id, ends: false))
        case .abandoned, .overrunning:
            break
        case .idle, .answered:
            preconditionFailure("a chunk on lane \(lane) of \(workers[worker].id), which has no call")
        }
    }

    /// The call on the lane has ended: the lane is for the one that it was handed, or for others, now.
    mutating func free(_ worker: Int, _ lane: Int, _ now: Instant, _ actions: inout [Action]) {
        workers.update(worker) { $0.endCall(on: lane) }
        if workers[worker].lanes[lane].handed != nil { promote(worker, lane, now, &actions) }
        reconsider(worker, now, &actions)
        switch workers[worker].state {
        case .ready:
            noteFree(worker)
            fill(worker, now, &actions)
            handNext(worker, lane, now, &actions)
        case .draining:
            retireIfIdle(worker, now, &actions)
        case .failing, .killed:
            break
        case .starting, .retiring:
            preconditionFailure("a call ended on \(workers[worker].id) while \(workers[worker].state)")
        }
    }

    /// Stops reading a lane that streams to a client that doesn't keep up.
    mutating func pause(_ worker: Int, _ lane: Int, _ now: Instant, _ actions: inout [Action]) {
        guard workers[worker].lanes[lane].state == .running, workers[worker].lanes[lane].handed?.fate != .begun else {
            return
        }
        let runDeadline = workers[worker].lanes[lane].runDeadline
        workers[worker].lanes[lane].state = .paused
        workers[worker].lanes[lane].pausedRun =
            runDeadline == .never ? .max : runDeadline.nanoseconds - min(now, runDeadline).nanoseconds
        workers[worker].lanes[lane].runDeadline = .never
        armLane(worker, lane)
        actions.append(.pauseReading(LaneID(worker: workers[worker].id, index: lane)))
        revoke(worker, lane, &actions)
    }

    /// Reads such a lane again.
    mutating func resume(_ worker: Int, _ lane: Int, _ now: Instant, _ actions: inout [Action]) {
        guard workers[worker].lanes[lane].state == .paused else { return }
        workers[worker].lanes[lane].state = .running
        resumeReading(worker, lane, now, &actions)
        armLane(worker, lane)
    }

    /// Lets a paused lane's bytes and clock run again, whatever it is to become.
    mutating func resumeReading(_ worker: Int, _ lane: Int, _ now: Instant, _ actions: inout [Action]) {
        workers[worker].lanes[lane].runDeadline = now.advanced(byNanoseconds: workers[worker].lanes[lane].pausedRun)
        actions.append(.resumeReading(LaneID(worker: workers[worker].id, index: lane)))
    }
}
