import ArbiterCore
import DirtyWire

/// Replacing one worker because somebody asks for it.
extension ArbiterLoop {
    /// The slot of the worker named.
    func slot(of target: ManageRequest.Target) throws(ErrorReply) -> SlotID {
        let snapshot = core.snapshot(now: .now)
        let slot: SlotID? =
            switch target {
            case .slot(let slot): snapshot.slots.first { $0.slot == slot }?.slot
            case .pid(let pid): workers.first { $0.pid.map(Int.init) == pid }?.order.slot
            }
        guard let slot, snapshot.slots.contains(where: { $0.slot == slot }) else {
            let slots = snapshot.slots.map { "\($0.slot.rawValue)" }.joined(separator: ", ")
            let text =
                switch target {
                case .slot(let slot): "there is no slot \(slot.rawValue)"
                case .pid(let pid): "no worker here is process \(pid)"
                }
            throw ErrorReply(
                .reload,
                text + (slots.isEmpty ? "; there are none" : "; there are the slots \(slots)"),
                executed: .no
            )
        }
        return slot
    }

    /// Replaces the worker in `slot`, without dropping a call; `answer` is called when the new one serves, or can't.
    func restart(_ slot: SlotID, answer: @escaping (Result<JSONValue, ErrorReply>) -> Void) {
        guard core.snapshot(now: .now).phase == .serving else {
            return answer(.failure(ErrorReply(.reload, "the host is stopping", executed: .no)))
        }
        let latest = core.snapshot(now: .now).slots.first { $0.slot == slot }?.worker ?? WorkerID(0)
        restarts.add(slot, after: latest, answer: answer)
        perform(.restart) { $0.restart(slot, now: $1) }
    }

    /// A fact about a slot's workers: perhaps somebody waits for it.
    func settleRestarts(_ report: Report) {
        switch report {
        case .ready(let worker, let slot):
            let pid = workers[worker]?.pid ?? 0
            let answer: JSONValue = [
                "slot": JSONValue(slot.rawValue), "worker": JSONValue(worker.rawValue), "pid": .int(Int64(pid)),
            ]
            restarts.settle(slot, worker, .success(answer))
        case .replacementFailed(let worker, let slot, let cause):
            restarts.settle(slot, worker, .failure(restartFailed(slot, worker, cause)))
        case .ended(let worker, let slot, let exit, false, .some):
            // It filled the slot. One that was to take another's place is reported as a failed replacement.
            let cause = restarts.reason(of: worker) ?? exit.words
            restarts.settle(slot, worker, .failure(restartFailed(slot, worker, cause)))
        case .ended, .crashLooping, .recovered, .exiled, .replacing, .quarantined:
            break
        }
    }

    private func restartFailed(_ slot: SlotID, _ worker: WorkerID, _ cause: String) -> ErrorReply {
        ErrorReply(
            .reload,
            "the worker in slot \(slot.rawValue) could not be replaced: \(cause)",
            executed: .no,
            details: [
                "slot": JSONValue(slot.rawValue), "worker_id": JSONValue(worker.rawValue), "cause": .string(cause),
            ]
        )
    }
}
