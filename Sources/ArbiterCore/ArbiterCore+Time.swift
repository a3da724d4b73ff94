extension ArbiterCore {
    /// When `timeAdvanced` is to be called next; nil if nothing waits for time to pass.
    ///
    /// Often there is nothing to do then yet: calls that have ended leave their deadlines behind.
    public var nextDeadline: Instant? {
        timers.first?.key
    }

    /// The same for the shell, which asks after each event.
    ///
    /// Mutating, because the machine would be copied to be asked.
    public mutating func alarm() -> Instant? {
        nextDeadline
    }

    /// Does what is due at `now`.
    public mutating func timeAdvanced(now: Instant) -> [Action] {
        var actions: [Action] = []
        while let (deadline, target) = timers.first, deadline <= now {
            switch target {
            case .call(let index):
                callDeadlinePassed(index, &actions)
            case .lane(let worker, let lane):
                guard workers[worker].lanes[lane].deadline <= now else {
                    placeLaneTimer(worker, lane)
                    continue
                }
                removeLaneTimer(worker, lane)
                laneDeadlinePassed(worker, lane, now, &actions)
            case .stall(let worker, let lane):
                stallPassed(worker, lane, now, &actions)
            case .worker(let worker):
                setWorkerTimer(worker, .never)
                workerDeadlinePassed(worker, now, &actions)
            case .sentence(let worker):
                readBeforeKill(worker, .overran, &actions)
            case .spawn(let slot):
                cancelSpawn(into: slot)
                spawn(into: slot, generation: slots[slot].generation, isGated: false, now, &actions)
            case .stop:
                gracefulStopPassed(now, &actions)
            }
        }
        return actions
    }
}
