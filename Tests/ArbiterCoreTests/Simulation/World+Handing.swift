@testable import ArbiterCore

/// Calls that busy lanes are handed, and what becomes of them.
extension World {
    mutating func hand(
        _ id: CallID,
        _ lane: LaneID,
        _ app: AppID,
        _ deadline: Instant?
    ) throws(Violation) {
        let (call, worker) = try sendable(id, to: lane, app)
        let fake = workers[worker].lanes[lane.index]
        try require(configuration.prefetches, "\(id) is handed over, which was turned off")
        guard let holder = fake.holder else { throw Violation(description: "\(id) is handed to a free lane") }
        try require(fake.handed == nil, "\(id) is handed to a lane that has been handed another")
        try require(calls[holder.sequence] != nil, "\(id) is handed behind a call that nobody waits for")
        try require(!fake.isPaused && !fake.isAnswered, "\(id) is handed to a lane that is held up")
        try require(
            isConcurrent[app.rawValue] || fake.app == app,
            "\(id) of a serial app is handed to a lane that runs another app"
        )
        try require(deadline == call.deadline, "\(id) is handed over with a deadline of its own")
        lastTicket += 1
        calls[id.sequence]?.handed = lane
        workers[worker].lanes[lane.index].handed = (id, app, call.fingerprint, lastTicket)
        workers[worker].lanes[lane.index].claims.insert(lastTicket)
        workers[worker].lanes[lane.index].requests.append(
            FakeLane.Request(sequence: id.sequence, ticket: lastTicket)
        )
    }

    /// Does the oldest thing that the core wants taken back; before that, its lane may get to it.
    mutating func revoke() throws(Violation) {
        let (call, lane, claimant, event) = revocations.removeFirst()
        if let worker = index(of: lane.worker), workers[worker].stage == .working {
            while random.chance(0.5) { stepLane(worker, lane.index) }
        }
        if random.chance(0.2) {
            wasInterrupted = true
            try deliver()
        }
        guard let worker = index(of: lane.worker) else { return }
        let isRevoked = takeBack(call, worker, lane.index)
        trace?.append("  \(call.sequence) on \(lane.worker.rawValue) is revoked: \(isRevoked)")
        let actions = core.callRevoked(call, on: lane, claimant: claimant, isRevoked: isRevoked, now: now)
        try perform(actions, of: event)
    }

    /// Takes the call off the page, and off the lane, if it hasn't begun.
    private mutating func takeBack(_ call: CallID, _ worker: Int, _ lane: Int) -> Bool {
        let fake = workers[worker].lanes[lane]
        if let handed = fake.handed, handed.call == call {
            guard workers[worker].lanes[lane].claims.remove(handed.ticket) != nil else { return false }
            workers[worker].lanes[lane].handed = nil
        } else {
            guard fake.holder == call, let ticket = fake.ticket,
                workers[worker].lanes[lane].claims.remove(ticket) != nil
            else { return false }
            endCall(on: worker, lane)
        }
        calls[call.sequence]?.handed = nil
        calls[call.sequence]?.lane = nil
        return true
    }

    /// The call that has the lane has ended: the one that it was handed has it now.
    mutating func endCall(on worker: Int, _ lane: Int) {
        workers[worker].lanes[lane].free()
        if let handed = workers[worker].lanes[lane].handed {
            let app = configuration.apps[handed.app.rawValue]
            workers[worker].lanes[lane].handed = nil
            workers[worker].lanes[lane].holder = handed.call
            workers[worker].lanes[lane].app = handed.app
            workers[worker].lanes[lane].fingerprint = handed.fingerprint
            workers[worker].lanes[lane].ticket = handed.ticket
            workers[worker].lanes[lane].dispatched = now
            workers[worker].lanes[lane].runDeadline = app.timeout.map { now + $0 }
            if calls[handed.call.sequence] == nil {
                let isFatal = app.killOn.contains(.disconnect) && workers[worker].killedSince == nil
                workers[worker].lanes[lane].overrunningSince = isFatal ? now : nil
            }
            calls[handed.call.sequence]?.handed = nil
            calls[handed.call.sequence]?.lane = LaneID(worker: workers[worker].id, index: lane)
        }
        workers[worker].reconsider(now)
    }

    /// What was handed over is where it may begin soon, and what was cancelled is answered once it is known to have begun.
    func checkHandedCalls() throws(Violation) {
        for call in calls.values where call.isCancelled {
            try require(call.lane == nil, "\(call.id) was cancelled before it began, and goes on")
        }
        for worker in workers {
            for lane in worker.lanes {
                guard let handed = lane.handed, !lane.hasBegunNext else { continue }
                try require(worker.takesCalls, "\(handed.call) is left to \(worker.id), which gets nothing new")
                try require(calls[handed.call.sequence] != nil, "\(handed.call) may begin, and nobody waits for it")
                let isHeld = lane.isAnswered || lane.isPaused || lane.holder.map { calls[$0.sequence] == nil } ?? true
                try require(!isHeld, "\(handed.call) is left to a lane that is held up")
            }
        }
    }

    /// Whether the call is behind another on a lane, and the worker has begun it: it can't be had any more.
    func hasBegunBehind(_ call: FakeCall) -> Bool {
        guard let lane = call.handed, let worker = index(of: lane.worker) else { return false }
        return workers[worker].lanes[lane.index].hasBegunNext
    }
}
