@testable import ArbiterCore

/// What the core asks for, held against the rules.
extension World {
    mutating func perform(_ actions: [Action], of event: Event) throws(Violation) {
        noteSlots()
        for action in actions {
            trace?.append("  \(action)")
            try perform(action, of: event)
        }
        for worker in workers.indices { noteDrain(of: worker) }
        guard !isPerforming else { return }
        isPerforming = true
        while !revocations.isEmpty { try revoke() }
        isPerforming = false
        for worker in workers.indices { noteDrain(of: worker) }
        for call in calls.values { calls[call.id.sequence]?.slot = core.calls[call.id.index].slot }
        try checkState()
    }

    private mutating func perform(_ action: Action, of event: Event) throws(Violation) {
        switch action {
        case .spawn(let worker, let slot, let generation, let apps, _):
            try spawn(worker, slot, apps, generation, of: event)
        case .dispatch(let call, let lane, let app, let deadline):
            try dispatch(call, lane, app, deadline)
        case .hand(let call, let lane, let app, let deadline):
            try hand(call, lane, app, deadline)
        case .revoke(let call, let lane, let claimant):
            try require(index(of: lane.worker) != nil, "\(call) is revoked on \(lane), which is gone")
            revocations.append((call, lane, claimant, event))
        case .forward(let call, let ends):
            try require(calls[call.sequence]?.id == call, "an answer goes to a call that has ended")
            if ends { calls[call.sequence] = nil }
        case .fail(let call, let failure):
            try fail(call, failure, of: event)
        case .drop(let call):
            guard case .disconnect(let client) = event else { throw Violation(description: "dropped by \(event)") }
            try require(calls[call.sequence]?.client == client, "a stranger's call is dropped")
            try abandon(
                call,
                isFatal: configuration.apps[calls[call.sequence]!.app.rawValue].killOn.contains(.disconnect)
            )
            calls[call.sequence] = nil
        case .cancel(let lane, let sequence, _):
            try cancel(lane, sequence)
        case .pauseReading(let lane):
            try pause(lane)
        case .resumeReading(let lane):
            try resume(lane)
        case .readLanes(let worker):
            let index = try living(worker)
            workers[index].isToBeRead = true
        case .kill(let worker, let cause):
            try kill(worker, cause)
        case .retire(let worker):
            let index = try living(worker)
            noteDrain(of: index)
            try require(workers[index].drainingSince != nil, "\(worker) is let go, but wasn't to end")
            try require(workers[index].retiredSince == nil, "\(worker) is let go twice")
            try require(workers[index].lanes.allSatisfy { $0.holder == nil }, "\(worker) is let go with a call on it")
            workers[index].retiredSince = now
            if workers[index].stage == .working { workers[index].stage = .closing }
        case .release(let worker):
            try require(event.exited == worker, "\(worker) is released without its exit")
        case .report(let report):
            try note(report, of: event)
        case .reloadProgress(let progress):
            try require(rollout != nil, "progress of no reload")
            try require(progress.done <= progress.total, "\(progress.done) slots of \(progress.total) are done")
        case .finishReload(let generation, let outcome):
            try finishReload(generation, outcome)
        case .forgetGeneration(let generation):
            try require(generation != core.generation, "the generation in use is forgotten")
            try require(!workers.contains { $0.generation == generation }, "generation \(generation) lives")
            try require(forgotten.insert(generation).inserted, "generation \(generation) is forgotten twice")
        case .finishStopping:
            try require(stopSince != nil && !isFinished, "finished without a stop, or twice")
            let late = workers.filter { $0.killedSince.map { $0 + configuration.killWait > now } ?? true }
            try require(late.isEmpty, "finished with \(late.map(\.id)) still there")
            try require(calls.isEmpty, "finished with \(calls.count) calls unanswered")
            isFinished = true
        }
    }

    /// The place of a worker that hasn't been killed and whose exit hasn't been reported.
    private func living(_ worker: WorkerID) throws(Violation) -> Int {
        guard let index = index(of: worker) else { throw Violation(description: "\(worker) is gone") }
        try require(workers[index].killedSince == nil, "\(worker) was killed before")
        return index
    }

    private mutating func spawn(
        _ worker: WorkerID,
        _ slot: SlotID,
        _ apps: [AppID],
        _ generation: Int,
        of event: Event
    ) throws(Violation) {
        try require(!forgotten.contains(generation), "\(worker) needs generation \(generation), which is forgotten")
        // One event may fill a slot, as a worker has exited or is written off or an exiled app gets a slot of its own, and then
        // close it again, as a smaller pool was waiting for that.
        let isWrittenOff = workers.contains { $0.killedSince.map { $0 + configuration.killWait <= now } ?? false }
        try require(
            core.slots[slot.rawValue].isOpen || event.exited != nil || event.isBoot || (event == .time && isWrittenOff),
            "\(worker) is spawned into slot \(slot.rawValue), which is closed"
        )
        try require(stopSince == nil, "spawned in a stop")
        try require(worker.rawValue == lastWorker + 1, "workers aren't numbered in turn")
        try require(!apps.isEmpty && apps == apps.sorted(), "\(worker) hosts \(apps)")
        let others = workers.filter {
            $0.slot == slot && $0.drainingSince == nil
                && ($0.killedSince.map { $0 + configuration.killWait > now } ?? true)
        }
        try require(others.count < 2, "slot \(slot.rawValue) gets a third worker")
        lastWorker = worker.rawValue
        let lanes = Array(repeating: FakeLane(), count: configuration.lanesPerWorker)
        workers.append(
            FakeWorker(
                id: worker,
                slot: slot,
                apps: apps,
                generation: generation,
                spawned: now,
                lanes: lanes
            )
        )
    }

    private mutating func dispatch(
        _ id: CallID,
        _ lane: LaneID,
        _ app: AppID,
        _ deadline: Instant?
    ) throws(Violation) {
        let (call, worker) = try sendable(id, to: lane, app)
        try require(workers[worker].lanes[lane.index].holder == nil, "\(id) goes to a taken lane")
        try require(
            isConcurrent[app.rawValue] || !workers[worker].lanes.contains { $0.holder != nil && $0.app == app },
            "\(id) runs beside another call of its serial app"
        )
        let run = configuration.apps[app.rawValue].timeout.map { now + $0 }
        try require(
            deadline == [run, call.deadline].compactMap(\.self).min(),
            "\(id) is dispatched with the deadline \(deadline.map { "\($0)" } ?? "none")"
        )
        calls[id.sequence]?.lane = lane
        workers[worker].lanes[lane.index].requests.append(FakeLane.Request(sequence: id.sequence))
        workers[worker].lanes[lane.index].holder = id
        workers[worker].lanes[lane.index].app = app
        workers[worker].lanes[lane.index].fingerprint = call.fingerprint
        workers[worker].lanes[lane.index].dispatched = now
        workers[worker].lanes[lane.index].runDeadline = run
    }

    /// What must hold of a call and the worker that it is sent to, whether or not the lane is free.
    func sendable(
        _ id: CallID,
        to lane: LaneID,
        _ app: AppID
    ) throws(Violation) -> (call: FakeCall, worker: Int) {
        guard let call = calls[id.sequence], call.id == id, call.lane == nil, call.handed == nil else {
            throw Violation(description: "\(id) is dispatched, but doesn't wait")
        }
        guard let worker = index(of: lane.worker), workers[worker].takesCalls else {
            throw Violation(description: "\(id) goes to \(lane.worker), which takes no calls")
        }
        try require(call.deadline.map { now < $0 } ?? true, "\(id) is dispatched past its deadline")
        try require(clients.contains { $0.id == call.client }, "\(id) is dispatched without its client")
        try require(call.app == app && workers[worker].apps.contains(app), "\(id) goes where its app isn't")
        try require(!isPinned[app.rawValue] || lane.index == 0, "\(id) runs on lane \(lane.index) of a pinned app")
        let older = calls.values.first {
            $0.app == app && $0.lane == nil && $0.handed == nil && $0.id.sequence < id.sequence
                && core.calls.contains($0.id.index) && $0.slot == call.slot
                && core.calls[$0.id.index].state == .waiting
                // The event may have bound them to other slots.
                && core.calls[$0.id.index].slot
                    == (core.calls.contains(id.index) ? core.calls[id.index].slot : call.slot)
                && ($0.deadline.map { now < $0 } ?? true)
        }
        try require(older == nil, "\(id) overtakes \(older?.id.sequence ?? 0)")
        return (call, worker)
    }

    private mutating func cancel(_ lane: LaneID, _ sequence: UInt64) throws(Violation) {
        let worker = try living(lane.worker)
        try require(
            workers[worker].lanes[lane.index].holder?.sequence == sequence,
            "a stranger is cancelled on \(lane)"
        )
        try require(!workers[worker].lanes[lane.index].isCancelled, "\(lane) is cancelled twice")
        workers[worker].lanes[lane.index].isCancelled = true
        // Most plugins notice.
        if random.chance(0.7) { workers[worker].lanes[lane.index].hangs = false }
    }

    private mutating func pause(_ lane: LaneID) throws(Violation) {
        guard let worker = index(of: lane.worker), let holder = workers[worker].lanes[lane.index].holder,
            let call = calls[holder.sequence], workers[worker].lanes[lane.index].hasStreamed
        else { throw Violation(description: "\(lane) is paused without a stream") }
        try require(clients.first { $0.id == call.client }?.isBlocked ?? false, "\(lane) is paused for a good reader")
        try require(!workers[worker].lanes[lane.index].isPaused, "\(lane) is paused twice")
        workers[worker].lanes[lane.index].isPaused = true
        workers[worker].lanes[lane.index].runLeft = workers[worker].lanes[lane.index].runDeadline.map { $0 - now }
        workers[worker].lanes[lane.index].runDeadline = nil
    }

    private mutating func resume(_ lane: LaneID) throws(Violation) {
        guard let worker = index(of: lane.worker), workers[worker].lanes[lane.index].isPaused else {
            throw Violation(description: "\(lane) is resumed, but wasn't paused")
        }
        workers[worker].lanes[lane.index].isPaused = false
        if workers[worker].lanes[lane.index].holder != nil {
            workers[worker].lanes[lane.index].runDeadline = workers[worker].lanes[lane.index].runLeft.map { now + $0 }
        }
    }
}

extension World.Event {
    /// Whether a worker says that it is ready.
    var isBoot: Bool {
        if case .ready = self { true } else { false }
    }

    /// The worker whose exit it is.
    var exited: WorkerID? {
        if case .exit(let worker, _) = self { worker } else { nil }
    }
}
