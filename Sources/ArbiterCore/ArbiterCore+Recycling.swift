/// Workers that have done or grown so much that a new one takes their place; one after the other, like all replacements.
extension ArbiterCore {
    /// A worker holds so many bytes of anonymous memory now.
    public mutating func memoryMeasured(_ worker: WorkerID, bytes: Int, now: Instant) -> [Action] {
        guard let limit = configuration.maxMemoryBytes, bytes > limit, let worker = workerIndex[worker.rawValue] else {
            return []
        }
        var actions: [Action] = []
        recycle(worker, .memory(bytes), now, &actions)
        return actions
    }

    /// The worker has answered a call: perhaps that was the last it was to answer.
    mutating func recycleIfWorn(_ worker: Int, _ now: Instant, _ actions: inout [Action]) {
        guard workers[worker].callsServed >= workers[worker].callLimit else { return }
        recycle(worker, .requests(workers[worker].callsServed), now, &actions)
    }

    private mutating func recycle(
        _ worker: Int,
        _ cause: ReplacementCause,
        _ now: Instant,
        _ actions: inout [Action]
    ) {
        let slot = workers[worker].slot
        guard phase == .serving, !workers[worker].isToBeRecycled, workers[worker].state == .ready,
            slots[slot].current == worker, slots[slot].earliestRecycling <= now
        else { return }
        workers[worker].isToBeRecycled = true
        requestReplacement(of: slot, cause, now, &actions)
    }
}
