@testable import ArbiterCore

/// What time and the operator do.
extension World {
    /// Lets time pass: a little, or up to the next deadline.
    mutating func advance() throws(Violation) {
        if let next = core.nextDeadline, stopSince != nil || random.chance(temper.haste) {
            now = max(now, next)
        } else {
            now = now + .milliseconds(Int.random(in: 1...80, using: &random))
            // The timer may be late.
            if random.chance(0.3) { return }
        }
        let expected = expectedTimeouts()
        for worker in workers.indices { letTimePass(for: worker) }
        wasInterrupted = false
        try tell(.time) { $0.timeAdvanced(now: $1) }
        // What was handed over has the lane's deadline once it is known to have begun there.
        let isLate = calls.values.contains { $0.lane != nil && $0.deadline.map { $0 <= now } ?? false }
        try require(
            core.nextDeadline.map { $0 > now } ?? true || isLate || wasInterrupted,
            "a deadline is left in the past"
        )
        for call in expected {
            let isBegun = calls[call].map { hasBegunBehind($0) } ?? true
            try require(isBegun || isLate, "call \(call) is past its deadline and not answered")
        }
    }

    /// What time changes without a word of the core: a forgotten call begins to overrun, a killed worker counts as gone.
    private mutating func letTimePass(for worker: Int) {
        if let killed = workers[worker].killedSince {
            if killed + configuration.killWait <= now { account(endOf: worker) }
            return
        }
        for index in workers[worker].lanes.indices {
            let lane = workers[worker].lanes[index]
            if let since = lane.overrunningSince, since + configuration.cancelGrace <= now {
                workers[worker].lanes[index].isPastGrace = true
            }
            guard let holder = lane.holder, calls[holder.sequence] == nil, !lane.isOverrunning else { continue }
            let isOver = [lane.runDeadline, lane.streamDeadline].contains { $0.map { $0 <= now } ?? false }
            if isOver { workers[worker].lanes[index].overrunningSince = now }
        }
        workers[worker].reconsider(now)
    }

    /// The calls whose time is over.
    private func expectedTimeouts() -> [UInt64] {
        calls.values.filter { call in
            if let deadline = call.deadline, deadline <= now { return true }
            guard let id = call.lane, let worker = index(of: id.worker) else { return false }
            let lane = workers[worker].lanes[id.index]
            return [lane.runDeadline, lane.streamDeadline].contains { $0.map { $0 <= now } ?? false }
        }.map(\.id.sequence)
    }

    mutating func restart() throws(Violation) {
        let slot = SlotID(Int.random(in: 0...core.slots.count, using: &random))
        try tell(.restart(slot)) { $0.restart(slot, now: $1) }
    }

    mutating func scale() throws(Violation) {
        let wanted = Int.random(in: 0...5, using: &random)
        note(.scale)
        let wereOpen = core.slots.map(\.isOpen)
        if let coverage, core.rollover == nil {
            var after = core
            _ = after.workersWanted(wanted, now: now)
            for slot in wereOpen.indices where wereOpen[slot] && !after.slots[slot].isOpen {
                coverage.note(.closing(SlotID(slot)), in: self)
            }
        }
        let actions = core.workersWanted(wanted, now: now)
        try perform(actions, of: .scale)
        try checkSlots()
    }

    mutating func stop(graceful: Bool) throws(Violation) {
        let isRepeated = stopSince != nil
        if stopSince == nil { stopSince = now }
        if !graceful { stoppedAtOnce = true }
        for worker in workers.indices where workers[worker].drainingSince == nil { workers[worker].drainingSince = now }
        try tell(.stop(graceful: graceful)) { $0.stopRequested(graceful: graceful, now: $1) }
        if !isRepeated || !graceful {
            try require(
                !calls.values.contains { $0.lane == nil && !hasBegunBehind($0) },
                "a call waits on in a stop"
            )
            try require(graceful || calls.isEmpty, "a call outlives an immediate stop")
        }
    }
}
